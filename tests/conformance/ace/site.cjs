// A catalogue in a headless browser: node site.cjs REPORT.json URL PAGE…
//
// Looks at each page as a desktop, a telephone and a dark one show it, with axe; downloads each handout that a page offers, and lists the
// address, the SHA-256 that the page names, and the bytes' own. Writes a JSON object.
'use strict';

const crypto = require('crypto');
const fs = require('fs');
const path = require('path');
const puppeteer = require('puppeteer-core');

const [report, base, ...pages] = process.argv.slice(2);
const axe = fs.readFileSync(path.join(path.dirname(require.resolve('@daisy/axe-core-for-ace/package.json')), 'axe.js'), 'utf8');

const LOOKS = [
  { name: 'desktop', width: 1100, height: 900, scheme: 'light' },
  { name: 'telephone', width: 360, height: 700, scheme: 'light' },
  { name: 'dark', width: 1100, height: 900, scheme: 'dark' },
];

async function main() {
  const browser = await puppeteer.launch({
    executablePath: process.env.PUPPETEER_EXECUTABLE_PATH,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  const found = { violations: [], wide: [], handouts: [], errors: [] };
  try {
    for (const name of pages) {
      for (const look of LOOKS) {
        const page = await browser.newPage();
        // The page's own policy forbids scripts: axe is let in, and nothing of the page's is.
        await page.setBypassCSP(true);
        page.on('pageerror', (error) => found.errors.push(`${name}: ${error}`));
        page.on('requestfailed', (request) => found.errors.push(`${name}: ${request.url()} failed`));
        await page.setViewport({ width: look.width, height: look.height });
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: look.scheme }]);
        await page.goto(new URL(name, base).href, { waitUntil: 'load' });
        await page.evaluate(axe);
        const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
        for (const one of result.violations) {
          found.violations.push({ page: name, look: look.name, rule: one.id, html: one.nodes[0].html, message: one.help });
        }
        if (await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)) found.wide.push(`${name} (${look.name})`);
        if (look.name === 'desktop') {
          const offered = await page.evaluate(() =>
            [...document.querySelectorAll('a[download]')].map((link) => [link.href, link.download, link.closest('tr').querySelector('code').textContent])
          );
          for (const [href, file, said] of offered) {
            const bytes = Buffer.from(await (await fetch(href)).arrayBuffer());
            found.handouts.push({ page: name, href, file, said, digest: crypto.createHash('sha256').update(bytes).digest('hex') });
          }
        }
        await page.close();
      }
    }
  } finally {
    await browser.close();
  }
  fs.writeFileSync(report, JSON.stringify(found));
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  }
);
