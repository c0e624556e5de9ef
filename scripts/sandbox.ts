// Runs the sandbox from its sources; the product runs the bundle dist/sandbox.js.
import '../src/sandbox/main';
