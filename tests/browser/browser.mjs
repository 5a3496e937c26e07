// One headless browser, driven by lines of JSON: a line in is one step, a line out is what came of it.
import { createInterface } from "node:readline";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import chromium, { inflate, setupLambdaEnvironment } from "@sparticuz/chromium";
import puppeteer from "puppeteer-core";

const { resolve } = createRequire(import.meta.url);
const axeSource = readFileSync(resolve("axe-core/axe.min.js"), "utf8");

async function launched() {
  const executablePath = await chromium.executablePath();
  return puppeteer.launch({ args: [...chromium.args, "--no-sandbox"], executablePath, headless: "shell" });
}

async function withLibraries() {
  // A machine without libnss3 and its like: the package has copies of them.
  const packed = join(dirname(resolve("@sparticuz/chromium")), "..", "..", "bin", "al2023.tar.br");
  setupLambdaEnvironment(join(await inflate(packed), "lib"));
  return launched();
}

const browser = await launched().catch(withLibraries);
const page = await browser.newPage();
const devtools = await page.createCDPSession();
let requested = [];
let complaints = [];
page.on("request", (request) => requested.push(request.url()));
// A style or a script that the page's own policy refuses is said here, and nowhere else.
page.on("console", (message) => { if (message.type() === "error") complaints.push(message.text()); });
page.on("pageerror", (error) => complaints.push(String(error)));

const steps = {
  async open({ url }) {
    requested = [];
    complaints = [];
    const begun = performance.now();
    await page.goto(url, { waitUntil: "load" });
    const painted = await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => {
      done(performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? null);
    }))));
    return { milliseconds: performance.now() - begun, painted, requested, complaints };
  },

  async look({ width, theme, media }) {
    await page.setViewport({ width, height: 900 });
    const features = [{ name: "prefers-color-scheme", value: theme ?? "light" }];
    await devtools.send("Emulation.setEmulatedMedia", { media: media ?? "screen", features });
    return page.evaluate(() => ({
      wide: document.documentElement.scrollWidth, seen: document.documentElement.clientWidth,
    }));
  },

  async axe() {
    // Evaluated by the debugger, which no policy of the page binds: the page is looked at as its readers have it.
    if (!await page.evaluate(() => Boolean(window.axe))) await page.evaluate(axeSource);
    return page.evaluate(async () => {
      const found = await window.axe.run(document, { resultTypes: ["violations"] });
      return found.violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 200))}`);
    });
  },

  async print({ path }) {
    await devtools.send("Emulation.setEmulatedMedia", { media: "print", features: [] });
    const made = await page.pdf({ path, preferCSSPageSize: true, timeout: 60000 });
    return { pages: (Buffer.from(made).toString("latin1").match(/\/Type\s*\/Page\b/g) ?? []).length };
  },

  async picture({ path, top, height }) {
    const { width } = page.viewport();
    await page.screenshot({ path, clip: { x: 0, y: top ?? 0, width, height: height ?? 900 }, captureBeyondViewport: true });
    return {};
  },

  async evaluate({ script }) {
    return page.evaluate(script);
  },

  async key({ name }) {
    await page.keyboard.press(name);
    return {};
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { step, ...given } = JSON.parse(line);
  let answer;
  try {
    answer = { value: await steps[step](given) };
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await browser.close();
