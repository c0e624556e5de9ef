import { build, packageVsix } from './layers';
import { VSIX } from './host/paths';

/** `npm run package`: builds for production and packages the extension, exactly as the tests do. */
async function main(): Promise<void> {
  await build();
  await packageVsix();
  console.log(`Packaged ${VSIX}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
