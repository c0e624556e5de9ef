import type { ReadPreferences } from '../queryRequest';

/** The `Prefer` header, read leniently: what is not known is ignored, as OData asks. */
export interface Preferences extends ReadPreferences {
  readonly representation: boolean;
  readonly continueOnError: boolean;
  readonly respondAsync: boolean;
}

/** Parses `Prefer` (FACTS 13.1). A page size outside 1 to 5000 is ignored. */
export function parsePreferences(header: string | undefined): Preferences {
  let includeAnnotations: string | undefined;
  let maxPageSize: number | undefined;
  let representation = false;
  let continueOnError = false;
  let respondAsync = false;
  for (const [, name = '', quoted, bare] of (header ?? '').matchAll(
    /([A-Za-z][\w.-]*)(?:\s*=\s*(?:"([^"]*)"|([^,;\s"]*)))?/g,
  )) {
    const value = quoted ?? bare;
    switch (name.toLowerCase()) {
      case 'odata.include-annotations':
        includeAnnotations = value;
        break;
      case 'odata.maxpagesize': {
        const size = Number(value);
        if (Number.isInteger(size) && size >= 1 && size <= 5000) maxPageSize = size;
        break;
      }
      case 'return':
        representation = value === 'representation';
        break;
      case 'odata.continue-on-error':
        continueOnError = value !== 'false';
        break;
      case 'respond-async':
        respondAsync = true;
        break;
      default:
    }
  }
  return { includeAnnotations, maxPageSize, representation, continueOnError, respondAsync };
}
