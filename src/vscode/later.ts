/** What is loaded when something of it is first used, in one part: panels, help for queries, listener, handler sessions. */
export { listen } from '../delivery/log/listener';
export { environmentOf, withListener, withSandbox } from './handlerSession';
export { HandlerTerminal } from './handlerTerminal';
export { queryLanguage } from './language/queryLanguage';
export { DeliveryPanels } from './panels/deliveryPanels';
export { spoolNotes } from './panels/exportPort';
export { JobsPanels } from './panels/jobsPanels';
