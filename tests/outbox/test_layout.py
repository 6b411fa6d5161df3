"""How the mails lie on a screen, measured in a real browser."""

import html
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.outbox.samples import LETTERS

pytestmark = pytest.mark.servers
PAGE = """<!doctype html><meta charset="utf-8"><body>{frames}<pre id="figures"></pre><script>
addEventListener("load", () => {{
  const wide = frame => {{
    const inside = frame.contentDocument, edge = inside.documentElement.clientWidth;
    const over = [...inside.querySelectorAll("body *")].filter(one => one.getBoundingClientRect().right > edge + 0.5);
    const small = [...inside.querySelectorAll("p, td, h1, h2")].filter(
      one => one.textContent.trim() && one.offsetHeight && parseFloat(getComputedStyle(one).fontSize) < 14);
    return [frame.id, inside.documentElement.scrollWidth, inside.body.scrollWidth, over.length, small.length];
  }};
  document.getElementById("figures").textContent = JSON.stringify([...document.querySelectorAll("iframe")].map(wide));
}});
</script>"""


def frame(name: str, width: int) -> str:
    page = html.escape(LETTERS[name].html)
    return f'<iframe id="{name} {width}" style="border:0;width:{width}px;height:3000px" srcdoc="{page}"></iframe>'


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[int]]:
    chromium = shutil.which("chromium")
    assert chromium, "Chromium is missing: make servers"
    folder: Path = tmp_path_factory.mktemp("layout")
    frames = "".join(frame(name, width) for name in LETTERS for width in (320, 360, 700))
    (folder / "page.html").write_text(PAGE.format(frames=frames), encoding="utf-8")
    options = ["--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}", "--dump-dom"]
    command = [chromium, *options, (folder / "page.html").as_uri()]
    dom = subprocess.run(command, check=True, capture_output=True, text=True, timeout=100).stdout
    figures = BeautifulSoup(dom, "lxml").find("pre")
    assert figures is not None
    return {name: sizes for name, *sizes in json.loads(figures.text)}


@pytest.mark.parametrize("width", [320, 360, 700])
@pytest.mark.parametrize("name", sorted(LETTERS))
def test_nothing_overflows_and_nothing_is_too_small(name: str, width: int, figures: dict[str, list[int]]) -> None:
    page, body, over, small = figures[f"{name} {width}"]
    assert (page <= width, body <= width, over, small) == (True, True, 0, 0)


def test_the_measurement_sees_every_letter(figures: dict[str, list[int]]) -> None:
    assert {re.sub(r" \d+$", "", name) for name in figures} == set(LETTERS)
