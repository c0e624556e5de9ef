import * as column from '../dataverse/row';
import type { WebApi } from '../dataverse/webApi';

/** Id of the user whose sign-in the requests carry (FACTS 15.1). */
export async function signedInUserId(api: Pick<WebApi, 'get'>, signal: AbortSignal): Promise<string> {
  return column.guid(await api.get('WhoAmI', { signal }), 'UserId');
}
