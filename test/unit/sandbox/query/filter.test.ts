import assert from 'node:assert/strict';
import { id, column, odata, refuses, sampleStore, UNIT } from './fixture';

describe('OData $filter', () => {
  const store = sampleStore();
  const names = (table: string, filter: string, property: string): readonly unknown[] =>
    column(odata(store, table, `$select=${property}&$filter=${filter}&$orderby=${property}`), property);
  const steps = (filter: string): readonly unknown[] => names('sdkmessageprocessingstep', filter, 'rank');
  const people = (filter: string): readonly unknown[] => names('contact', filter, 'lastname');

  it('compares text without regard to case', () => {
    assert.deepEqual(names('serviceendpoint', "name eq 'ALPHA HOOK'", 'name'), ['Alpha hook']);
    assert.deepEqual(people("firstname gt 'LARS'"), ["O'Brien", 'Zimmer']);
  });

  it('reads doubled quotes inside text', () =>
    assert.deepEqual(people("lastname eq 'O''Brien'"), ["O'Brien"]));

  it('knows every comparison', () => {
    assert.deepEqual(steps('rank eq 2'), [2]);
    assert.deepEqual(steps('rank ne 2'), [1, 3, 4]);
    assert.deepEqual(steps('rank gt 2'), [3, 4]);
    assert.deepEqual(steps('rank ge 2'), [2, 3, 4]);
    assert.deepEqual(steps('rank lt 2'), [1]);
    assert.deepEqual(steps('rank le 2'), [1, 2]);
    assert.deepEqual(steps('2 lt rank'), [3, 4]);
    assert.deepEqual(steps('rank eq 2.0'), [2]);
  });

  it('binds and tighter than or, and parentheses tighter than both', () => {
    assert.deepEqual(steps('rank eq 1 or rank eq 2 and mode eq 1'), [1]);
    assert.deepEqual(steps('(rank eq 1 or rank eq 2) and mode eq 0'), [2]);
    assert.deepEqual(steps('not (rank eq 1) and not (rank eq 2)'), [3, 4]);
  });

  it('treats a comparison with null as unknown, also under not', () => {
    assert.deepEqual(people('numberofchildren eq 0'), ['Zimmer']);
    assert.deepEqual(people('numberofchildren ne 0'), ["O'Brien"]);
    assert.deepEqual(people('not (numberofchildren eq 0)'), ["O'Brien"]);
    assert.deepEqual(people('not (numberofchildren eq 0 and familystatuscode eq 99)'), ['Doe', "O'Brien"]);
    assert.deepEqual(people('numberofchildren eq 0 or familystatuscode eq 1'), ['Doe', 'Zimmer']);
    assert.deepEqual(people('numberofchildren gt null'), []);
  });

  it('asks for null and not null', () => {
    assert.deepEqual(people('numberofchildren eq null'), ['Doe']);
    assert.deepEqual(people('null ne numberofchildren'), ["O'Brien", 'Zimmer']);
    assert.deepEqual(steps('_sdkmessagefilterid_value eq null'), [3, 4]);
    assert.deepEqual(steps('sdkmessagefilterid ne null'), [1, 2]);
  });

  it('takes GUIDs bare, quoted and in any case', () => {
    assert.deepEqual(steps(`_eventhandler_value eq ${id(10, 1)}`), [1, 2]);
    assert.deepEqual(steps(`_eventhandler_value eq '${id(10, 2)}'`), [3, 4]);
    assert.deepEqual(names('contact', `contactid eq ${id(51, 1).toUpperCase()}`, 'lastname'), ["O'Brien"]);
  });

  it('follows lookups by navigation property', () => {
    assert.deepEqual(steps("sdkmessageid/name eq 'create'"), [1, 4]);
    assert.deepEqual(steps("eventhandler_serviceendpoint/url eq 'https://a.example/x?y=1'"), [1, 2]);
    assert.deepEqual(steps("eventhandler_plugintype/name eq 'x'"), []);
    assert.deepEqual(steps('eventhandler_plugintype eq null'), [1, 2, 3, 4]);
    assert.deepEqual(
      names(
        'asyncoperation',
        `owningextensionid/eventhandler_serviceendpoint/serviceendpointid eq ${id(10, 2)}`,
        'name',
      ),
      ['Job 4'],
    );
    assert.deepEqual(people("ownerid/fullname eq 'Ada Admin'"), ["O'Brien"]);
    assert.deepEqual(people("parentcustomerid_contact/lastname eq 'O''Brien'"), ['Doe']);
  });

  it('reads the members of managed properties', () => {
    assert.deepEqual(steps('iscustomizable/Value eq true'), [1, 2, 4]);
    assert.deepEqual(steps('iscustomizable/CanBeChanged eq false'), []);
    refuses(() => steps('iscustomizable eq true'), 400, /BooleanManagedProperty' and 'Edm.Boolean'/);
    refuses(() => steps('iscustomizable/Nothing eq true'), 400, /property named 'Nothing'/);
  });

  it('takes a boolean column as a condition of its own', () => {
    assert.deepEqual(names('sdkmessage', 'isprivate', 'name'), ['Internal']);
    assert.deepEqual(names('sdkmessage', 'not isprivate', 'name'), ['Create', 'Update']);
    assert.deepEqual(names('sdkmessage', "contains(name,'a') eq false", 'name'), []);
  });

  it('finds text by its parts', () => {
    assert.deepEqual(names('serviceendpoint', "contains(name,'OOK')", 'name'), ['Alpha hook', 'beta hook']);
    assert.deepEqual(names('serviceendpoint', "startswith(name,'BETA')", 'name'), ['beta hook']);
    assert.deepEqual(names('serviceendpoint', "endswith(url,'example')", 'name'), ['beta hook']);
    assert.deepEqual(names('serviceendpoint', "not contains(url,'zzz')", 'name'), [
      'Alpha hook',
      'beta hook',
    ]);
  });

  it('lets wildcards work as such inside text functions', () => {
    assert.deepEqual(names('serviceendpoint', "startswith(name,'%hook')", 'name'), [
      'Alpha hook',
      'beta hook',
    ]);
    assert.deepEqual(column(odata(store, 'serviceendpoint', "$filter=startswith(name,'_eta')"), 'name'), [
      'beta hook',
    ]);
    assert.deepEqual(
      column(odata(store, 'serviceendpoint', "$filter=contains(name,'h[n-p]ok')&$orderby=name"), 'name'),
      ['Alpha hook', 'beta hook'],
    );
  });

  it('knows in', () => {
    assert.deepEqual(steps('rank in (1,3,99)'), [1, 3]);
    assert.deepEqual(names('sdkmessage', "name in ('update','CREATE')", 'name'), ['Create', 'Update']);
    refuses(() => steps('rank in ()'), 400, /Syntax error/);
  });

  it('compares times and dates', () => {
    assert.deepEqual(steps('createdon gt 2025-03-02T10:00:00Z'), [3, 4]);
    assert.deepEqual(steps('createdon ge 2025-03-02T11:00:00+01:00'), [2, 3, 4]);
    assert.deepEqual(steps('createdon lt 2025-03-03'), [1, 2]);
    assert.deepEqual(people('birthdate eq 1990-03-05'), ["O'Brien"]);
    refuses(() => people('birthdate eq 1990-03-05T00:00:00Z'), 400, /'Edm.Date' and 'Edm.DateTimeOffset'/);
    refuses(() => people('createdon gt 2025-02-30'), 400, /Unrecognized 'Edm.Date' literal/);
  });

  it('asks collections with any and all', () => {
    const messages = (filter: string): readonly unknown[] => names('sdkmessage', filter, 'name');
    const nav = 'sdkmessageid_sdkmessagefilter';
    assert.deepEqual(messages(`${nav}/any(s:s/iscustomprocessingstepallowed eq true)`), ['Create', 'Update']);
    assert.deepEqual(
      messages(`${nav}/any(s:s/primaryobjecttypecode eq 'contact' or s/primaryobjecttypecode eq 'none')`),
      ['Create', 'Internal'],
    );
    assert.deepEqual(messages(`${nav}/all(s:s/iscustomprocessingstepallowed eq false)`), ['Internal']);
    assert.deepEqual(names('serviceendpoint', 'serviceendpoint_sdkmessageprocessingstep/any()', 'name'), [
      'Alpha hook',
      'beta hook',
    ]);
    assert.deepEqual(names('serviceendpoint', 'not serviceendpoint_sdkmessageprocessingstep/any()', 'name'), [
      'Queue',
    ]);
    assert.deepEqual(
      names(
        'serviceendpoint',
        "serviceendpoint_sdkmessageprocessingstep/any(s:s/sdkmessageid/name eq 'Create' and s/rank gt 1)",
        'name',
      ),
      ['beta hook'],
    );
    assert.deepEqual(
      names(
        'serviceendpoint',
        'serviceendpoint_sdkmessageprocessingstep/any(s:s/SdkMessageProcessingStep_AsyncOperations/any(j:j/statuscode eq 31 and s/rank eq 3))',
        'name',
      ),
      ['beta hook'],
    );
    refuses(
      () => steps('sdkmessageid/any(x:x/name eq 1)'),
      400,
      /Any\/All may only be used following a collection/,
    );
    refuses(
      () => names('serviceendpoint', "serviceendpoint_sdkmessageprocessingstep/name eq 'x'", 'name'),
      400,
      /is not a single value/,
    );
  });

  it('takes parameter aliases, and an unassigned one as null', () => {
    const ranks = (query: string): readonly unknown[] =>
      column(odata(store, 'sdkmessageprocessingstep', query), 'rank');
    assert.deepEqual(ranks(`$filter=_eventhandler_value eq @ep and rank gt @r&@ep=${id(10, 1)}&@r=1`), [2]);
    assert.deepEqual(ranks('$filter=_sdkmessagefilterid_value eq @nothing&$orderby=rank'), [3, 4]);
    assert.deepEqual(ranks('$filter=rank in @list&@list=[1,2]&$orderby=rank'), [1, 2]);
    refuses(() => ranks('$filter=rank eq @a&@a=@b&@b=@a'), 400, /refers to itself/);
  });

  it('knows the query functions of Dataverse', () => {
    const crm = (call: string): readonly unknown[] => people(`Microsoft.Dynamics.CRM.${call}`);
    assert.deepEqual(crm("In(PropertyName='firstname',PropertyValues=['JOHN','x'])"), ['Doe']);
    assert.deepEqual(crm("NotIn(PropertyName='familystatuscode',PropertyValues=['1'])"), ["O'Brien"]);
    assert.deepEqual(crm("Between(PropertyName='numberofchildren',PropertyValues=['1','5'])"), ["O'Brien"]);
    assert.deepEqual(crm("NotBetween(PropertyName='numberofchildren',PropertyValues=['1','5'])"), ['Zimmer']);
    assert.deepEqual(crm("LastXHours(PropertyName='createdon',PropertyValue=1)"), ["O'Brien"]);
    assert.deepEqual(crm("LastXDays(PropertyName='createdon',PropertyValue=4)"), ['Doe', "O'Brien"].sort());
    assert.deepEqual(crm("Last7Days(PropertyName='createdon')"), ['Doe', "O'Brien"].sort());
    assert.deepEqual(crm("OlderThanXMonths(PropertyName='createdon',PropertyValue=1)"), ['Zimmer']);
    assert.deepEqual(crm("OlderThanXHours(PropertyName='createdon',PropertyValue=2)"), ['Doe', 'Zimmer']);
    assert.deepEqual(crm("Today(PropertyName='createdon')"), ["O'Brien"]);
    assert.deepEqual(crm("ThisMonth(PropertyName='createdon')"), ['Doe', "O'Brien"].sort());
    assert.deepEqual(crm("LastYear(PropertyName='createdon')"), ['Zimmer']);
    assert.deepEqual(crm("On(PropertyName='createdon',PropertyValue='2024-12-31')"), ['Zimmer']);
    assert.deepEqual(
      crm("OnOrAfter(PropertyName='createdon',PropertyValue=2025-03-01)"),
      ['Doe', "O'Brien"].sort(),
    );
    assert.deepEqual(crm("OnOrBefore(PropertyName='createdon',PropertyValue='2025-03-01')"), [
      'Doe',
      'Zimmer',
    ]);
    assert.deepEqual(crm("EqualUserId(PropertyName='ownerid')"), ["O'Brien"]);
    assert.deepEqual(crm("NotEqualUserId(PropertyName='ownerid')"), ['Doe']);
    assert.deepEqual(
      names(
        'systemuser',
        "Microsoft.Dynamics.CRM.EqualBusinessId(PropertyName='businessunitid')",
        'fullname',
      ),
      ['Ada Admin'],
    );
    assert.deepEqual(names('systemuser', `_businessunitid_value eq ${UNIT}`, 'fullname'), ['Ada Admin']);
    assert.deepEqual(
      names(
        'new_project',
        "Microsoft.Dynamics.CRM.ContainValues(PropertyName='new_regions',PropertyValues=['1','3'])",
        'new_name',
      ),
      ['North', 'South'],
    );
    assert.deepEqual(
      names(
        'new_project',
        "Microsoft.Dynamics.CRM.DoesNotContainValues(PropertyName='new_regions',PropertyValues=['1'])",
        'new_name',
      ),
      ['South'],
    );
    assert.deepEqual(crm('In(PropertyName=@p,PropertyValues=@v)&@p=\'firstname\'&@v=["john"]'), ['Doe']);
  });

  it('refuses query functions used wrongly and those that do not exist', () => {
    const crm = (call: string): readonly unknown[] => people(`Microsoft.Dynamics.CRM.${call}`);
    refuses(() => crm("LastXMinutes(PropertyName='createdon',PropertyValue=1)"), 400, /unknown function/);
    refuses(() => crm("LastXHours(PropertyName='firstname',PropertyValue=1)"), 400, /needs a date column/);
    refuses(() => crm("LastXHours(PropertyName='createdon',PropertyValue=0)"), 400, /positive whole number/);
    refuses(() => crm("In(PropertyName='numberofchildren',PropertyValues=['many'])"), 400, /does not fit/);
    refuses(() => crm("In(PropertyName='nope',PropertyValues=['1'])"), 400, /property named 'nope'/);
    refuses(() => crm("Under(PropertyName='contactid',PropertyValue='1')"), 501, /query function 'Under'/);
    refuses(() => crm("InFiscalYear(PropertyName='createdon',PropertyValue=1)"), 501, /InFiscalYear/);
  });

  it('refuses what has no meaning, with a message like the service', () => {
    refuses(
      () => people("nosuch eq 'x'"),
      400,
      /^Could not find a property named 'nosuch' on type 'Microsoft.Dynamics.CRM.contact'\.$/,
    );
    refuses(() => people("ownerid/nosuch eq 'x'"), 400, /Could not find a property named 'nosuch'/);
    refuses(
      () => people("numberofchildren eq 'x'"),
      400,
      /Found operand types 'Edm.Int32' and 'Edm.String' for operator kind 'Equal'/,
    );
    refuses(
      () => people('lastname gt 1'),
      400,
      /'Edm.String' and 'Edm.Int32' for operator kind 'GreaterThan'/,
    );
    refuses(() => people("_ownerid_value eq 'no guid'"), 400, /'Edm.Guid' and 'Edm.String'/);
    refuses(() => people('lastname eq'), 400, /Expression expected/);
    refuses(() => people("lastname eq 'x"), 400, /unterminated string literal/);
    refuses(() => people("(lastname eq 'x'"), 400, /'\)' or operator expected/);
    refuses(() => people("lastname eq 'x' lastname"), 400, /Syntax error at position/);
    refuses(() => people("lastname is 'x'"), 400, /Syntax error at position/);
    refuses(() => people('lastname'), 400, /must evaluate to a single boolean value/);
    refuses(() => people("frobnicate(lastname,'x')"), 400, /unknown function with name 'frobnicate'/);
    refuses(() => people("contains(numberofchildren,'x')"), 400, /No function signature/);
    refuses(() => people('parentcustomerid eq null'), 400, /property named 'parentcustomerid'/);
    refuses(() => people(`ownerid eq ${id(1, 1)}`), 400, /incompatible types/);
    refuses(
      () => people(`${'('.repeat(500)}numberofchildren eq 1${')'.repeat(500)}`),
      400,
      /Recursion depth/,
    );
  });

  it('says so where the sandbox leaves something out', () => {
    refuses(() => people('year(createdon) eq 2025'), 501, /function 'year'/);
    refuses(() => people("tolower(lastname) eq 'x'"), 501, /function 'tolower'/);
    refuses(() => people('numberofchildren add 1 eq 2'), 501, /operator 'add'/);
    refuses(
      () => names('serviceendpoint', 'serviceendpoint_sdkmessageprocessingstep/$count gt 1', 'name'),
      501,
      /\$count/,
    );
    refuses(() => people("ownerid/Microsoft.Dynamics.CRM.systemuser/fullname eq 'x'"), 501, /type cast/);
  });

  it('never lets a write-only column be found out by asking', () => {
    refuses(() => names('serviceendpoint', "authvalue eq 'secret'", 'name'), 400, /not valid for read/);
    refuses(() => names('serviceendpoint', "startswith(authvalue,'s')", 'name'), 400, /not valid for read/);
    refuses(() => odata(store, 'serviceendpoint', '$orderby=authvalue'), 400, /not valid for read/);
    refuses(
      () => names('sdkmessageprocessingstep', "eventhandler_serviceendpoint/authvalue eq 'secret'", 'name'),
      400,
      /not valid for read/,
    );
  });
});
