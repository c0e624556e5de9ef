import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { build, packageVsix } from './layers';
import { runCommand } from './host/leash';
import { inPackage, ROOT } from './host/paths';

/** Pictures of the README, taken by end-to-end tests in a real VS Code, with the names they have there. */
const PICTURES: Readonly<Record<string, string>> = {
  tree: 'tree',
  'register-webhook': 'register-webhook',
  'register-step': 'register-step',
  'night-job': 'failed-jobs',
};
const STORIES = ['test/e2e/story.test.ts', 'test/e2e/night.test.ts'];

/** `npm run screenshots`: runs the tests and keeps their pictures in docs/images. */
async function main(): Promise<number> {
  await build();
  await packageVsix();
  const story = [inPackage('mocha', 'bin', 'mocha.js'), '--timeout', '120000', ...STORIES];
  const { code, output } = await runCommand(process.execPath, story, { cwd: ROOT });
  if (code !== 0) {
    console.error(output);
    return 1;
  }
  const folder = path.join(ROOT, 'docs', 'images');
  await mkdir(folder, { recursive: true });
  for (const [taken, kept] of Object.entries(PICTURES)) {
    await cp(path.join(ROOT, 'out', 'screenshots', `${taken}.png`), path.join(folder, `${kept}.png`));
  }
  console.log(`Pictures are in ${path.relative(ROOT, folder)}: ${Object.values(PICTURES).join(', ')}`);
  return 0;
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
