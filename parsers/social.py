"""Web services where no page of a school can be read: one table for judging links and for the fetcher.

Hosts stand for themselves and every name below them. A school's own site is never listed here, whoever hosts it.
"""

__all__ = ["ASSET_HOSTS", "NEVER_FETCHED", "SOCIAL_HOSTS"]

_SOCIAL_NETWORKS = (
    "facebook.com fb.com fb.watch fb.me messenger.com m.me instagram.com threads.net threads.com zalo.me zaloapp.com "
    "zapps.vn tiktok.com twitter.com x.com"
)
SOCIAL_HOSTS = frozenset(_SOCIAL_NETWORKS.split())

# Pictures, films, files, forms, maps and meetings: they go with a story, they are none.
_ASSET_SERVICES = (
    "youtube.com youtu.be vimeo.com drive.google.com docs.google.com photos.google.com photos.app.goo.gl forms.gle "
    "forms.office.com onedrive.live.com 1drv.ms sharepoint.com dropbox.com mediafire.com fshare.vn mega.nz flickr.com "
    "canva.com padlet.com maps.app.goo.gl maps.google.com goo.gl zoom.us meet.google.com teams.microsoft.com"
)
ASSET_HOSTS = frozenset(_ASSET_SERVICES.split())

# Nothing here can be read without an account or a program; the school is asked for its own page or its text.
NEVER_FETCHED = SOCIAL_HOSTS | ASSET_HOSTS
