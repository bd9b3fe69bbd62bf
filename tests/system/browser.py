#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""HTML reports in headless Chromium: browser.py [--pictures DIRECTORY] REPORT.html...

Prints one line for each thing that is wrong and exits with 1 then. Nothing of Chromium's is scraped: it is
driven over its debugging pipe (two file descriptors, JSON with a NUL behind each message).
"""
import base64
import json
import os
import select
import subprocess
import sys
import tempfile
import time

WIDTHS = (400, 1400)
SCHEMES = ("light", "dark")
DEADLINE = 60  # seconds without a word

# Runs in the page and returns what is wrong there, as texts.
CHECKS = r"""
(() => {
  const wrong = [], say = (what, element) => wrong.push(what + (element ? ": " + element.outerHTML.slice(0, 120) : ""));
  const all = selector => [...document.querySelectorAll(selector)];
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgba = colour => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const luminance = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ratio = (one, other) => { const [a, b] = [luminance(one), luminance(other)].sort((x, y) => y - x); return (a + 0.05) / (b + 0.05); };
  const ground = element => { for (let at = element; at; at = at.parentElement) {
    const colour = rgba(getComputedStyle(at).backgroundColor); if (colour[3] === 255) return colour; }
    return rgba(getComputedStyle(document.documentElement).colorScheme === "dark" ? "black" : "white"); };

  // Nothing scrolls sideways but a table in its own box.
  if (document.documentElement.scrollWidth > innerWidth) say(`the page is ${document.documentElement.scrollWidth} wide in ${innerWidth}`);

  // Contrast as rendered: WCAG 1.4.3 (text, 4.5) and 1.4.11 (graphics, 3; grid lines and the ground around lines are ornament).
  let texts = 0, graphics = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest("title,desc") || !element.getClientRects().length) continue;
    const style = getComputedStyle(element), svg = element instanceof SVGElement;
    texts++;
    const found = ratio(rgba(svg ? style.fill : style.color), ground(element));
    if (found < 4.5) say(`text has a contrast of ${found.toFixed(2)}`, element);
  }
  for (const shape of all("svg line, svg rect, svg path, svg circle, svg use")) {
    if (shape.closest("defs") || shape.matches(".grid, .halo")) continue;
    const style = getComputedStyle(shape), colour = [style.stroke, style.fill].find(paint => paint !== "none");
    if (!colour) { say("a shape without colour", shape); continue; }
    graphics++;
    const found = ratio(rgba(colour), ground(shape));
    if (found < 3) say(`graphics have a contrast of ${found.toFixed(2)}`, shape);
  }
  if (texts < 20) say(`only ${texts} texts were looked at`);
  if (all("figure").length && !graphics) say("no graphics were looked at");

  // Headings, language, names.
  if (!document.documentElement.lang) say("no language");
  if (!document.title.trim()) say("no title");
  if (all("h1").length !== 1) say(`${all("h1").length} h1`);
  let level = 0;
  for (const heading of all("h1,h2,h3,h4,h5,h6")) {
    const next = +heading.tagName[1];
    if (next > level + 1) say(`heading ${next} after ${level}`, heading);
    if (!heading.textContent.trim()) say("an empty heading", heading);
    level = next;
  }
  const ids = all("[id]").map(element => element.id);
  for (const id of ids.filter((id, i) => ids.indexOf(id) !== i)) say("an id twice: " + id);
  for (const cell of all("th")) if (!cell.scope || !cell.textContent.trim()) say("a header cell without scope or words", cell);
  for (const box of all("[role=region]")) if (!box.getAttribute("aria-label")) say("a region without a name", box);

  // Each plot has a text alternative, and a table below it.
  for (const svg of all("svg")) {
    if (svg.getAttribute("aria-hidden") === "true" || svg.parentElement.closest("svg[role=img]")) continue;
    const named = (svg.getAttribute("aria-labelledby") || "").split(" ").map(id => document.getElementById(id));
    if (svg.getAttribute("role") !== "img" || named.length !== 2 || named.some(part => !part || !part.textContent.trim()))
      say("a plot without a text alternative", svg);
  }
  for (const figure of all("figure")) {
    const next = figure.nextElementSibling;
    if (!figure.querySelector("svg[role=img]")) say("a figure without a plot", figure);
    if (!next || !next.matches("details, .scroll") || !next.querySelector("table td")) say("a figure without a table below it", figure);
  }

  // Words stay within the page and do not run into each other.
  for (const text of all("svg text")) {
    const box = text.getBoundingClientRect();
    if (box.left < -1 || box.right > innerWidth + 1) say("a label is cut at the edge", text);
  }
  for (const label of all("text.label")) {
    const value = label.nextElementSibling;
    if (value.getBoundingClientRect().left < label.getBoundingClientRect().right) say("a label runs into its value", label);
  }

  // Nothing that runs, nothing from elsewhere.
  for (const element of all("script, iframe, object, embed, img, link, form, base, audio, video")) say("an element that has no place here", element);
  for (const element of all("*")) for (const {name, value} of element.attributes)
    if (name.startsWith("on") || (/^(src|href|xlink:href|action|srcset)$/.test(name) && !value.startsWith("#"))) say(`attribute ${name}`, element);
  return wrong;
})()
"""


class Browser:
    """Chromium with one page, over its pipe."""

    def __init__(self, profile):
        to_read, self.write_fd = os.pipe()
        self.read_fd, to_write = os.pipe()
        inner_read, inner_write = 3, 4

        def arrange():
            # Out of the way first: 3 or 4 may be one of them.
            high_read, high_write = os.dup2(to_read, 60), os.dup2(to_write, 61)
            os.dup2(high_read, inner_read)
            os.dup2(high_write, inner_write)

        self.process = subprocess.Popen(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-extensions",
             "--disable-dev-shm-usage", "--user-data-dir=" + profile, "--remote-debugging-pipe", "about:blank"],
            preexec_fn=arrange, close_fds=False, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(to_write)
        self.buffer, self.number, self.events, self.session = b"", 0, [], None

    def receive(self):
        deadline = time.monotonic() + DEADLINE
        while b"\0" not in self.buffer:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.read_fd], [], [], left)[0]:
                raise TimeoutError("chromium has not answered in %d s" % DEADLINE)
            data = os.read(self.read_fd, 1 << 20)
            if not data:
                raise EOFError("chromium has ended")
            self.buffer += data
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write_fd, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError("%s: %s" % (method, answer["error"]["message"]))
                return answer["result"]
            self.events.append(answer)

    def wait_for(self, method):
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.receive())

    def attach(self):
        target = next(t for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == "page")
        self.session = self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(domain + ".enable")

    def close(self):
        self.process.terminate()
        self.process.wait()


def complaints_of(events, url):
    """Requests for anything but the page, errors of scripts, what the page's own policy has refused."""
    for event in events:
        method, parameters = event.get("method"), event.get("params", {})
        if method == "Network.requestWillBeSent" and parameters["request"]["url"] != url:
            yield "a request: " + parameters["request"]["url"][:120]
        elif method == "Runtime.exceptionThrown":
            yield "a script failed: " + parameters["exceptionDetails"]["text"]
        elif method == "Runtime.consoleAPICalled":
            yield "a script has written to the console"
        elif method == "Log.entryAdded" and parameters["entry"]["level"] in ("error", "warning"):
            yield "the browser complains: " + parameters["entry"]["text"][:200]


def look(browser, width, scheme, pictures):
    browser.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
    browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    result = browser.call("Runtime.evaluate", expression=CHECKS, returnByValue=True)
    if "exceptionDetails" in result:
        raise RuntimeError("the check itself failed: %s" % result["exceptionDetails"]["exception"]["description"])
    if pictures:
        picture = browser.call("Page.captureScreenshot", captureBeyondViewport=True)
        with open("%s-%d-%s.png" % (pictures, width, scheme), "wb") as file:
            file.write(base64.b64decode(picture["data"]))
    return ["%d px, %s: %s" % (width, scheme, text) for text in result["result"]["value"]]


def inspect(browser, path, pictures):
    """What is wrong with one page, at each width and in each scheme."""
    url = "file://" + path
    picture = os.path.join(pictures, os.path.basename(path).rsplit(".", 1)[0]) if pictures else None
    browser.events.clear()
    browser.call("Page.navigate", url=url)
    browser.wait_for("Page.loadEventFired")
    if not pictures:  # closed parts are a part of the page
        browser.call("Runtime.evaluate", expression="document.querySelectorAll('details').forEach(d => d.open = true)")
    wrong = []
    for width in WIDTHS:
        for scheme in SCHEMES:
            wrong += look(browser, width, scheme, picture)
    return wrong + list(complaints_of(browser.events, url))


def main():
    paths, pictures = sys.argv[1:], None
    if paths[0] == "--pictures":
        pictures, paths = paths[1], paths[2:]
    wrong = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(profile)
        try:
            browser.attach()
            for path in paths:
                wrong += [os.path.basename(path) + ": " + text
                          for text in dict.fromkeys(inspect(browser, os.path.abspath(path), pictures))]
        finally:
            browser.close()
    print("\n".join(wrong))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
