import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { build, packageVsix } from './layers';
import { runCommand } from './host/leash';
import { inPackage, ROOT } from './host/paths';

/** Pictures of the README, taken by the end-to-end story in a real VS Code. */
const PICTURES = ['tree', 'register-webhook', 'register-step', 'failed-jobs'];

/** `npm run screenshots`: runs the story and keeps its pictures in docs/images. */
async function main(): Promise<number> {
  await build();
  await packageVsix();
  const story = [inPackage('mocha', 'bin', 'mocha.js'), '--timeout', '120000', 'test/e2e/story.test.ts'];
  const { code, output } = await runCommand(process.execPath, story, { cwd: ROOT });
  if (code !== 0) {
    console.error(output);
    return 1;
  }
  const folder = path.join(ROOT, 'docs', 'images');
  await mkdir(folder, { recursive: true });
  for (const name of PICTURES) {
    await cp(path.join(ROOT, 'out', 'screenshots', `${name}.png`), path.join(folder, `${name}.png`));
  }
  console.log(`Pictures are in ${path.relative(ROOT, folder)}: ${PICTURES.join(', ')}`);
  return 0;
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
