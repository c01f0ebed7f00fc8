"""One browser and one tab for all tests that open a page: to start either costs more than to load a page."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sampling import thorough

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
IN_A_BROWSER = [
    pytest.mark.browser,
    # To start it takes an eighth of all that a plain run takes.
    thorough,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed (apt-get install chromium)"),
]
WIDTH = 1280


@dataclass(eq=False)
class Watched:
    """A tab, with what it complained of and what it asked for."""

    tab: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tab.on("console", lambda message: self.complaints.append(message.text))
        self.tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.tab.on("request", lambda request: self.requests.append(request.url))

    def open(self, path: Path, width: int = WIDTH, dark: bool = False) -> Page:
        self._show(width, dark)
        self.tab.goto(path.as_uri())
        return self.tab

    def _show(self, width: int, dark: bool) -> None:
        self.tab.set_viewport_size({"width": width, "height": 900})
        self.tab.emulate_media(media="null", color_scheme="dark" if dark else "light")

    def forget(self) -> None:
        """Make the tab as if it were new."""
        if self.tab.url.startswith("file:"):
            self.tab.evaluate("localStorage.clear()")
        self.tab.goto("about:blank")
        self.tab.context.clear_permissions()
        self._show(WIDTH, dark=False)
        self.complaints.clear()
        self.requests.clear()


class _Running:
    """What runs now: Playwright, its browser, and the tab that tests share."""

    playwright: Playwright | None = None
    browser: Browser | None = None
    shared: Watched | None = None


def browser() -> Browser:
    """Return the browser, started by the first test that needs it."""
    if _Running.browser is None:
        from playwright.sync_api import sync_playwright

        _Running.playwright = sync_playwright().start()
        _Running.browser = _Running.playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    return _Running.browser


def watched() -> Watched:
    """Return the shared tab; another one where a test has broken it."""
    if _Running.shared is None or _Running.shared.tab.is_closed():
        _Running.shared = Watched(browser().new_context().new_page())
    _Running.shared.forget()
    return _Running.shared


def close_others() -> None:
    """Close what a test opened beside the shared tab: hundreds of tabs would fill a machine's memory."""
    for context in _Running.browser.contexts if _Running.browser else ():
        if _Running.shared is None or context != _Running.shared.tab.context:
            context.close()


def stop() -> None:
    """End the browser: while Playwright runs, no other test can have an event loop of its own."""
    if _Running.browser and _Running.playwright:
        _Running.browser.close()
        _Running.playwright.stop()
    _Running.playwright = _Running.browser = _Running.shared = None
