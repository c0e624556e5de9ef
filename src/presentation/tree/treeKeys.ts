/** The id of an environment's item. */
export function environmentKey(environmentId: string): string {
  return `environment/${environmentId}`;
}

/** The id of the item of a row. */
export function rowKey(
  environmentId: string,
  kind: 'webhook' | 'step' | 'image' | 'endpoint' | 'endpointStep',
  id: string,
): string {
  return `${environmentKey(environmentId)}/${kind}/${id}`;
}

/** The id of the item of a group. The steps of any table have a group without a key. */
export function groupKey(environmentId: string, by: 'table' | 'message', key: string | undefined): string {
  return `${environmentKey(environmentId)}/${by}${key === undefined ? '' : `/${key}`}`;
}
