import { splitTop } from '../../fakes/splitTop';

/**
 * Names of the tables we use, from the $metadata documents that organisations have published (FACTS 3): columns as
 * properties, lookups as `_name_value`, and the navigation properties with the table they lead to.
 */
export const PUBLISHED: Readonly<
  Record<string, { readonly columns: string; readonly navigations: Readonly<Record<string, string>> }>
> = {
  serviceendpoints: {
    columns:
      'serviceendpointid name description url authtype contract namespaceaddress isauthvalueset ismanaged iscustomizable modifiedon _createdby_value _modifiedby_value',
    navigations: { serviceendpoint_sdkmessageprocessingstep: 'sdkmessageprocessingsteps' },
  },
  sdkmessageprocessingsteps: {
    columns:
      'sdkmessageprocessingstepid name description stage mode rank filteringattributes asyncautodelete statecode statuscode supporteddeployment ismanaged iscustomizable modifiedon _eventhandler_value _impersonatinguserid_value _sdkmessageid_value _sdkmessagefilterid_value _createdby_value _modifiedby_value',
    navigations: {
      eventhandler_serviceendpoint: 'serviceendpoints',
      sdkmessageid: 'sdkmessages',
      sdkmessagefilterid: 'sdkmessagefilters',
      impersonatinguserid: 'systemusers',
      sdkmessageprocessingstepid_sdkmessageprocessingstepimage: 'sdkmessageprocessingstepimages',
    },
  },
  sdkmessageprocessingstepimages: {
    columns: 'sdkmessageprocessingstepimageid name entityalias imagetype messagepropertyname attributes',
    navigations: {},
  },
  sdkmessages: {
    columns: 'sdkmessageid name isprivate',
    navigations: { sdkmessageid_sdkmessagefilter: 'sdkmessagefilters' },
  },
  sdkmessagefilters: {
    columns:
      'sdkmessagefilterid primaryobjecttypecode secondaryobjecttypecode iscustomprocessingstepallowed isvisible _sdkmessageid_value',
    navigations: { sdkmessageid: 'sdkmessages' },
  },
  systemusers: {
    columns: 'systemuserid fullname domainname internalemailaddress isdisabled',
    navigations: {},
  },
  asyncoperations: {
    columns:
      'asyncoperationid name statecode statuscode errorcode friendlymessage message messagename primaryentitytype retrycount depth correlationid requestid createdon startedon completedon modifiedon postponeuntil executiontimespan _owningextensionid_value _regardingobjectid_value _ownerid_value',
    navigations: { owningextensionid: 'sdkmessageprocessingsteps' },
  },
};

/** The names in a query that the published metadata does not have. Reads what our queries use of OData. */
export function unknownNames(path: string): readonly string[] {
  const decoded = decodeURIComponent(path);
  const [head = '', options = ''] = decoded.split('?');
  const set = /^(\w+)/.exec(head)?.[1] ?? '';
  return optionNames(set, splitTop(options, '&'));
}

function optionNames(set: string, options: readonly string[]): readonly string[] {
  return options.flatMap((option) => {
    const mark = option.indexOf('=');
    const [name, value] = [option.slice(0, mark), option.slice(mark + 1)];
    switch (name) {
      case '$select':
        return value.split(',').filter((column) => !hasColumn(set, column));
      case '$orderby':
        return value.split(',').filter((item) => !hasColumn(set, item.replace(/ desc$/, '')));
      case '$expand':
        return splitTop(value, ',').flatMap((item) => expandNames(set, item));
      case '$filter':
        return filterNames(set, value);
      case '$top':
        return [];
      default:
        return [`option ${name}`];
    }
  });
}

function expandNames(set: string, item: string): readonly string[] {
  const [, name = '', inner = ''] = /^(\w+)(?:\((.*)\))?$/s.exec(item) ?? [];
  const target = PUBLISHED[set]?.navigations[name];
  return target === undefined
    ? [`${set}/${name}`]
    : optionNames(
        target,
        splitTop(inner, ';').filter((part) => part !== ''),
      );
}

/** Every `path operator` of a filter, and the paths inside of `any`. */
function filterNames(set: string, filter: string): readonly string[] {
  const lambda = /(\w+)\/any\((\w+):([^()]*)\)/.exec(filter);
  if (lambda !== null) {
    const [whole, navigation = '', variable = '', inner = ''] = lambda;
    const target = PUBLISHED[set]?.navigations[navigation] ?? '';
    return [
      ...(target === ''
        ? [`${set}/${navigation}`]
        : filterNames(target, inner.replaceAll(`${variable}/`, ''))),
      ...filterNames(set, filter.replace(whole, '')),
    ];
  }
  const unquoted = filter.replace(/'(?:[^']|'')*'/g, 'null');
  return [...unquoted.matchAll(/([\w/]+) (?:eq|ne|ge|gt|le|lt) /g)]
    .map((match) => match[1] ?? '')
    .filter((path) => !hasPath(set, path.split('/')));
}

function hasPath(set: string, [name = '', ...rest]: readonly string[]): boolean {
  if (rest.length === 0) return hasColumn(set, name);
  const target = PUBLISHED[set]?.navigations[name];
  return target !== undefined && hasPath(target, rest);
}

function hasColumn(set: string, column: string): boolean {
  return (PUBLISHED[set]?.columns ?? '').split(' ').includes(column);
}
