// Runs a command that must not outlive its parent: `node leash.cjs GRACE [FOLDER...] -- COMMAND ARGS...`.
// The parent holds the other end of this process's stdin. When that closes, because the parent asked for it or because
// it died in whatever way, the command's whole process group is ended and the given folders are removed. GRACE is how
// many milliseconds the command has to end by itself before it is killed.
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const { setTimeout } = require('node:timers');

const separator = process.argv.indexOf('--');
const [grace, ...remove] = process.argv.slice(2, separator);
const [command, ...args] = process.argv.slice(separator + 1);
const windows = process.platform === 'win32';

// A group of its own, so that the children of the command are reached as well.
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], detached: !windows });

function signal(name) {
  if (child.pid === undefined) return;
  if (windows) {
    spawnSync('taskkill', ['/pid', String(child.pid), '/t', '/f'], { stdio: 'ignore' });
    return;
  }
  try {
    process.kill(-child.pid, name);
  } catch {
    // The group is gone.
  }
}

function finish(code) {
  signal('SIGKILL');
  for (const folder of remove) fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.exit(code);
}

let ending = false;
function end() {
  if (ending) return;
  ending = true;
  signal('SIGTERM');
  setTimeout(() => finish(1), Number(grace));
}

child.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  finish(127);
});
child.on('exit', (code) => finish(code ?? 1));
process.stdin.on('end', end).on('error', end).resume();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, end);
