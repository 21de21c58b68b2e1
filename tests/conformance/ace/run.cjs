// Ace over many EPUBs with one browser: node run.cjs REPORT.json EPUB…
//
// Writes a JSON object: for each EPUB's path the content documents that were checked and Ace's violations.
'use strict';

const fs = require('fs');
const ace = require('@daisy/ace-core');
const logger = require('@daisy/ace-logger');
const runner = require('@daisy/ace-axe-runner-puppeteer');
const release = require('@daisy/ace-meta/package').version;

const [report, ...epubs] = process.argv.slice(2);

// Ace starts and ends a browser for each EPUB; here the first start serves them all.
const kept = Object.assign({}, runner, { launch: () => Promise.resolve(), close: () => Promise.resolve() });

function violations(assertions, document) {
  return assertions.flatMap((assertion) =>
    assertion.assertions
      ? violations(assertion.assertions, assertion['earl:testSubject'] ? assertion['earl:testSubject'].url : document)
      : [
          {
            document,
            rule: assertion['earl:test']['dct:title'],
            impact: assertion['earl:test']['earl:impact'],
            message: assertion['earl:result']['dct:description'],
            html: assertion['earl:result'].html || '',
          },
        ]
  );
}

async function main() {
  logger.initLogger({ silent: true, fileName: 'ace.log' });
  const found = {};
  await runner.launch();
  try {
    for (const epub of epubs) {
      const outdir = fs.mkdtempSync(`${report}-`);
      const [, json] = await ace(epub, { cwd: process.cwd(), outdir, lang: 'en' }, kept);
      const documents = json.assertions.filter((one) => one['earl:testSubject']).map((one) => one['earl:testSubject'].url);
      found[epub] = { documents: [...new Set(documents)].length, violations: violations(json.assertions, '') };
    }
  } finally {
    await runner.close();
  }
  fs.writeFileSync(report, JSON.stringify({ release, found }));
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  }
);
