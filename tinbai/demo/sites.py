"""The sample schools' web sites: one server on loopback that tells them apart by the Host header, as shared hosts do.

Four kinds of pages that Vietnamese schools really have, filled with the stories of `pages/stories.toml`. Knows nothing
of tinbai's reading: whatever is on a page is there because such pages have it.
"""

import html
import re
import threading
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from string import Template
from types import TracebackType
from typing import Any, Self

from parsers.roster import SchoolRow
from tinbai.demo.pictures import painted

__all__ = ["SchoolSites", "StoryPage"]

LOOPBACK = "127.0.0.1"
PICTURE = "[ảnh]"
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
OLDER = (
    ("Hội nghị cán bộ, viên chức, người lao động năm học mới", "hoi-nghi-can-bo-vien-chuc-nam-hoc-moi"),
    ("Phát động phong trào “Vở sạch, nếp ngoan”", "phat-dong-phong-trao-vo-sach-nep-ngoan"),
    ("Kế hoạch khám sức khỏe định kì cho học sinh", "ke-hoach-kham-suc-khoe-dinh-ki"),
)
NOT_FOUND = (
    '<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>404 - Không tìm thấy trang</title></head>'
    "<body><h1>404</h1><p>Trang bạn tìm không tồn tại hoặc đã được chuyển đi.</p></body></html>"
)


@dataclass(frozen=True, slots=True)
class Style:
    """How a content system writes a paragraph, a picture and a link to an older story."""

    paragraph: str
    picture: str
    older: str
    uploads: str


STYLES: Mapping[str, Style] = {
    "aspnet": Style(
        '<p style="text-align: justify;"><span style="font-size: 14pt;">{text}</span></p>',
        '<p style="text-align: center;"><img alt="" src="{image}" width="620" /></p>\n'
        '<p style="text-align: center;"><em>{text}</em></p>',
        '<li><a href="/tin-tuc-su-kien/{slug}-pmtd22sw14{number}">{title}</a></li>',
        "/UploadFinder/images",
    ),
    "wordpress": Style(
        "<p>{text}</p>",
        '<figure class="wp-block-image size-large"><img loading="lazy" src="{image}" alt="{text}">'
        "<figcaption>{text}</figcaption></figure>",
        '<li><a href="/{slug}/">{title}</a></li>',
        "/wp-content/uploads",
    ),
    "portal": Style(
        "{text}<br><br>",
        '<div align="center"><img src="{image}"><br><span class="chuthich">{text}</span></div><br>',
        '- <a href="/tin-tuc/{slug}/ct/805/399{number}">{title}</a><br>',
        "/upload/anhtin",
    ),
    "nukeviet": Style(
        '<p style="text-align:justify">{text}</p>',
        '<figure class="image"><img alt="{text}" src="{image}" width="640"><figcaption>{text}</figcaption></figure>',
        '<li><a href="/news/hoat-dong-nha-truong/{slug}-3{number}.html">{title}</a></li>',
        "/uploads/news",
    ),
}


@dataclass(frozen=True, slots=True)
class StoryPage:
    """A story that can be linked to. `url` is as the school would mail it."""

    key: str
    school: str  # its code
    title: str
    url: str
    day: date


def school_day(today: date, back: int) -> date:
    """The school day that many school days before today; Saturday and Sunday are none."""
    day = today
    for _ in range(back):
        day -= timedelta(days=3 if day.weekday() == 0 else 2 if day.weekday() == 6 else 1)
    return day


class SchoolSites:
    """All sites of these schools, served from `__enter__` to `__exit__`; `today` is the day the stories are new."""

    def __init__(self, schools: Iterable[SchoolRow], today: date) -> None:
        self._server = _Server((LOOPBACK, 0), _Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="demo-sites", daemon=True)
        self._schools = {school.code: school for school in schools}
        told = tomllib.loads(_resource("stories.toml"))
        self.stories = {
            story["key"]: self._page(story, told["site"][story["school"]], today) for story in told["story"]
        }
        self._server.pages.update({(LOOPBACK, "/"): self._front_page()})

    @property
    def port(self) -> int:
        """Where the sites listen."""
        return int(self._server.server_address[1])

    @property
    def hosts(self) -> frozenset[str]:
        """The schools' hosts."""
        return frozenset(host for school in self._schools.values() for host in school.hosts)

    @property
    def homes(self) -> Mapping[str, str]:
        """School code → address of its site, without a slash at its end."""
        return {code: f"http://{school.hosts[0]}:{self.port}" for code, school in self._schools.items()}

    def resolve(self, host: str) -> Sequence[str]:
        """The demo's own name server: the sample schools are on this machine, nobody else exists. Raises OSError."""
        if host.removeprefix("www.") not in self.hosts:
            raise OSError(f"the demo knows no host {host}")
        return (LOOPBACK,)

    def browsable(self, text: str) -> str:
        """The text with the sites' addresses as a browser finds them: `*.localhost` is this machine (RFC 6761)."""
        return text.replace(f".example:{self.port}", f".localhost:{self.port}")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _page(self, story: Mapping[str, Any], site: Mapping[str, str], today: date) -> StoryPage:
        school, day = self._schools[story["school"]], school_day(today, story["days_ago"])
        home = self.homes[school.code]
        page = StoryPage(story["key"], school.code, story["title"], home + story["path"], day)
        style = STYLES[site["style"]]
        folder = f"{style.uploads}/{day:%Y/%m}/{page.key}"
        written = story["body"].strip().format(day=f"{day:%d/%m/%Y}", weekday=WEEKDAYS[day.weekday()])
        facts = {
            **{name: html.escape(site[name]) for name in ("address", "phone")},
            **{name: html.escape(story[name]) for name in ("title", "byline")},
            "school": school.name,
            "school_upper": school.name.upper(),
            "email": school.emails[0],
            "home": home,
            "url": page.url,
            "image": f"{home}{folder}-1.png",
            "day": f"{day:%d/%m/%Y}",
            "iso": f"{day}T16:20:00+07:00",
            "minute": "16:20",
            "clock": "16:20:00",
            "weekday_title": WEEKDAYS[day.weekday()].capitalize(),
            "body": "\n".join(_blocks(written, style, folder)),
            "related": _older(style),
        }
        text = Template(_resource(f"{site['style']}.html")).substitute(facts)
        self._server.pages[school.hosts[0], story["path"]] = text
        return page

    def _front_page(self) -> str:
        rows = "".join(
            f'<li><a href="{self.browsable(story.url)}">{html.escape(story.title)}</a>'
            f" – {html.escape(self._schools[story.school].name)}</li>"
            for story in self.stories.values()
        )
        return (
            '<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Website các trường mẫu</title></head>'
            '<body style="font:17px/1.8 Georgia,serif;max-width:720px;margin:40px auto">'
            f"<h1>Website các trường mẫu</h1><ul>{rows}</ul></body></html>"
        )


def _blocks(text: str, style: Style, folder: str) -> Iterable[str]:
    pictures = 0
    for paragraph in re.split(r"\n\s*\n", text):
        if not paragraph.startswith(PICTURE):
            yield style.paragraph.format(text=html.escape(paragraph, quote=False))
            continue
        pictures += 1
        caption = html.escape(paragraph.removeprefix(PICTURE).strip())
        yield style.picture.format(text=caption, image=f"{folder}-{pictures}.png")


def _older(style: Style) -> str:
    return "\n".join(style.older.format(title=title, slug=slug, number=70 + n) for n, (title, slug) in enumerate(OLDER))


def _resource(name: str) -> str:
    return files("tinbai.demo").joinpath("pages", name).read_text(encoding="utf-8")


_picture = lru_cache(maxsize=64)(painted)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.pages: dict[tuple[str, str], str] = {}


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        host = self.headers.get("Host", "").partition(":")[0].lower().removeprefix("www.")
        host = LOOPBACK if host == "localhost" else host.replace(".localhost", ".example")
        path = self.path.partition("?")[0]
        if path.endswith(".png"):
            self._answer(200, "image/png", _picture(path))
            return
        page = self.server.pages.get((host, path))
        self._answer(404 if page is None else 200, "text/html; charset=utf-8", (page or NOT_FOUND).encode())

    def _answer(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep the terminal for the show."""
