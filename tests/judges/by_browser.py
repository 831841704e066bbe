"""Pages as Chromium draws them, with what its console said and what it asked the network for."""

import re
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-extensions",
    "--enable-logging=stderr", "--v=0", "--dump-dom", "--proxy-bypass-list=<-loopback>",
]  # fmt: skip

HURRIED = ["--virtual-time-budget=20000"]
"""Timers do not wait, and 20 s of them pass at once; clocks then show no time that is real."""

BROWSERS_OWN = re.compile(
    r"(https?://)?(?!fonts\.|ajax\.)[\w.-]+\.(google|googleapis|gvt1)\.com[:/]"
)
"""Chromium looks for its own updates and the time, whatever page it opens."""


def opened(path, folder, flags=HURRIED):
    """The document as drawn, the console's lines, and requests to the network; `folder` is new."""
    requests = []

    class Proxy(BaseHTTPRequestHandler):
        def _record(self):
            if not BROWSERS_OWN.match(self.path):
                requests.append(self.path)
            self.send_error(502)

        do_GET = do_CONNECT = do_POST = _record  # noqa: N815  # the library's names

        def log_message(self, *_):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    own = [f"--proxy-server=http://127.0.0.1:{server.server_port}", f"--user-data-dir={folder}"]
    try:
        done = subprocess.run([BROWSER, *FLAGS, *flags, *own, path.as_uri()], capture_output=True,
                              encoding="utf-8", timeout=120, check=True)  # fmt: skip
    finally:
        server.shutdown()
        server.server_close()
    said = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return done.stdout, said, requests
