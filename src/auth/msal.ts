/**
 * The sign-in library, as a bundle of its own that is loaded with the first sign-in: `import('./msal')`. Nothing of ours
 * is in here, because a module in two bundles is two modules, and its classes are not each other's.
 */
export { ConfidentialClientApplication, PublicClientApplication } from '@azure/msal-node';
