import type { Workbench } from './workbench';

/** Answers the questions about a copy of *Order intake* with its steps, called *Order copy*, up to the summary. */
export async function copyWithSteps(workbench: Workbench): Promise<void> {
  await workbench.contextMenu(workbench.treeItem(/^Order intake, /), 'Duplicate WebHook…');
  await workbench.quickInputAt('1/5');
  await workbench.answer('Order copy');
  await workbench.quickInputAt('2/5');
  await workbench.accept();
  await workbench.quickInputAt('3/5');
  await workbench.pick(/^HttpHeader, x-api-key/);
  await workbench.quickInputAt('4/5');
  await workbench.answer('of-the-copy');
  await workbench.quickInputAt('5/5');
  await workbench.pick('Copy the Steps');
  await workbench.quickInputAt('6/7');
  await workbench.pick('Copy Them');
  await workbench.quickInputAt('7/7');
}
