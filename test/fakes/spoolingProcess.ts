import { SpooledFile } from '../../src/vscode/panels/spooledFile';
import { SpoolNotes } from '../../src/vscode/panels/spoolNotes';

/**
 * A window that writes an export and never comes to its end: `node spoolingProcess.ts NOTES beside TARGET`, or
 * `elsewhere FOLDER`. Prints a line once something is on the disk.
 */
async function write([notes = '', how = '', place = '']: readonly string[]): Promise<void> {
  const noted = new SpoolNotes(notes);
  const file =
    how === 'beside'
      ? await SpooledFile.beside(place, noted)
      : await SpooledFile.elsewhere(() => Promise.resolve(), place, noted);
  for (let at = 0; at < 3; at += 1) await file.write(['a line of an export\n'.repeat(100_000)]);
  await file.rewrite(async function* (written) {
    for await (const text of written) yield text;
    console.log('writing');
    process.stdin.resume();
    await new Promise(() => undefined);
  });
}

void write(process.argv.slice(2));
