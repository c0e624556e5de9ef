// Mocha's spec output, and the totals as JSON in the file that TEST_RESULT names.
const fs = require('node:fs');
const path = require('node:path');
const { reporters, Runner } = require('mocha');

class TotalsReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const failures = [];
    runner.on(Runner.constants.EVENT_TEST_FAIL, (test, error) => {
      failures.push({ title: test.titlePath().join(' › '), error });
    });
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const file = process.env.TEST_RESULT;
      if (file === undefined) return;
      const { passes, pending } = this.stats;
      // What hooks that ran since have seen of a failure is under `seen`.
      const told = failures.map(({ title, error }) => ({
        title,
        text: [String(error?.stack ?? error), ...(error?.seen === undefined ? [] : [error.seen])].join('\n'),
      }));
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(
        file,
        JSON.stringify({ passed: passes, failed: failures.length, pending, failures: told }),
      );
      // Tells scripts/layers.ts that from here only what the tests left open keeps this process alive.
      console.log('-- tests ended --');
    });
  }
}

module.exports = TotalsReporter;
