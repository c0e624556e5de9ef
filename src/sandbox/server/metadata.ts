import type { ApiRequest, ApiResponse } from './api';
import type { Host } from './host';
import type { Segment } from './path';

/** Answers `$metadata`, `EntityDefinitions` and their kin; undefined for every other path. */
export function metadataRoute(
  _host: Host,
  _request: ApiRequest,
  _segments: readonly Segment[],
): ApiResponse | undefined {
  return undefined;
}
