"""Web services where no page of a school can be read: tables for judging links and for the fetcher.

Hosts stand for themselves and every name below them. A school's own site is never listed here, whoever hosts it.
"""

import re

__all__ = ["ASSET_HOSTS", "NEVER_FETCHED", "SHORTENERS", "SOCIAL_HOSTS", "is_post"]

_SOCIAL_NETWORKS = (
    "facebook.com fb.com fb.watch fb.me messenger.com m.me instagram.com threads.net threads.com zalo.me zaloapp.com "
    "zapps.vn tiktok.com twitter.com x.com t.me telegram.me wa.me whatsapp.com linkedin.com lotus.vn"
)
SOCIAL_HOSTS = frozenset(_SOCIAL_NETWORKS.split())

# Pictures, films, files, forms, maps, meetings, games: they go with a story, they are none.
_ASSET_SERVICES = (
    "youtube.com youtu.be vimeo.com dailymotion.com soundcloud.com spotify.com drive.google.com docs.google.com "
    "photos.google.com photos.app.goo.gl forms.gle googleusercontent.com classroom.google.com calendar.google.com "
    "mail.google.com accounts.google.com play.google.com maps.app.goo.gl maps.google.com goo.gl g.page "
    "meet.google.com forms.office.com forms.cloud.microsoft onedrive.live.com officeapps.live.com 1drv.ms "
    "sharepoint.com teams.microsoft.com teams.live.com icloud.com apps.apple.com dropbox.com box.com wetransfer.com "
    "we.tl mediafire.com fshare.vn mega.nz terabox.com flickr.com imgur.com ibb.co postimg.cc canva.com canva.link "
    "padlet.com prezi.com issuu.com slideshare.net scribd.com heyzine.com anyflip.com flipsnack.com quizizz.com "
    "kahoot.it kahoot.com azota.vn liveworksheets.com wordwall.net jotform.com surveymonkey.com zoom.us webex.com "
    "avast.com avg.com aka.ms go.microsoft.com"
)
ASSET_HOSTS = frozenset(_ASSET_SERVICES.split())

# A shortened address says nothing about itself; the fetcher sees where it leads.
_SHORTENERS = (
    "bit.ly bitly.com tinyurl.com t.ly cutt.ly is.gd v.gd by.com.vn rebrand.ly shorturl.at shorturl.asia rb.gy tiny.cc "
    "tiny.one ow.ly buff.ly bom.so ln.run goo.su gg.gg short.gy bit.do dub.sh lnkd.in t.co qrco.de me-qr.com s.net.vn "
    "shorten.asia l.ead.me urlz.fr u.to"
)
SHORTENERS = frozenset(_SHORTENERS.split())

# Nothing here can be read without an account or a program; the school is asked for its own page or its text.
NEVER_FETCHED = (SOCIAL_HOSTS | ASSET_HOSTS) - SHORTENERS

_POST = re.compile(
    r"/(?:posts?|permalink|reels?|status|videos|photos|stories|pcb\.\d+|p)/(?:[^/?]+/)*[^/?]*\w"  # and what they hold
    r"|/share/(?!g/)\w|/(?:story|permalink|photo|video)\.php\?|/photo/?\?|/watch/?\?(?:.*&)?v=\w|/media/set/?\?"
    r"|/groups/[^/]+/\d+|^fb\.watch/\w|^(?:vm|vt)\.tiktok\.com/\w|/@[^/]+/(?:video|photo)/\d|tiktok\.com/t/\w"
    r"|^fb\.me/(?:p|v|r)?/?\w|[?&](?:story_fbid|fbid)=\d|^(?:t|telegram)\.me/[^/]+/\d"
    r"|zapps\.vn/(?:detail|article)|zalo\.me/(?:[^/]+/)*(?:article|bai-viet|detail)",
    re.IGNORECASE,
)
_PLACE = re.compile(r"/(?:profile|people|pages|hashtag|events|login|friends|messages)(?:[/.?]|$)", re.IGNORECASE)


def is_post(host: str, path: str, query: str) -> bool:
    """Tell whether an address on a social network is one post; otherwise it is a page, a profile or a group."""
    address = f"{host}{path}{'?' if query else ''}{query}"
    return bool(_POST.search(address)) and not _PLACE.search(path)
