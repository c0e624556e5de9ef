import assert from 'node:assert/strict';
import { queries } from '../../../../src/sandbox/query';
import { column, id, odata, refuses, request, ROOT, rowsOf, sampleStore } from './fixture';

describe('OData query options', () => {
  const store = sampleStore();

  it('selects columns in the order asked for and always delivers the key', () => {
    const answer = odata(
      store,
      'sdkmessageprocessingstep',
      '$select=rank,name,_eventhandler_value&$filter=rank eq 1',
    );
    assert.deepEqual(answer.body, {
      '@odata.context': `${ROOT}$metadata#sdkmessageprocessingsteps(rank,name,_eventhandler_value)`,
      value: [
        {
          '@odata.etag': `W/"${store.version('sdkmessageprocessingstep', id(20, 1)) ?? ''}"`,
          rank: 1,
          name: 'Step 1',
          _eventhandler_value: id(10, 1),
          sdkmessageprocessingstepid: id(20, 1),
        },
      ],
    });
  });

  it('delivers all readable columns, null ones too, when nothing is selected', () => {
    const [row] = rowsOf(odata(store, 'serviceendpoint', '$filter=contract eq 2'));
    assert.ok(row);
    assert.equal(row['url'], null);
    assert.equal(row['name'], 'Queue');
    assert.ok(!('authvalue' in row));
    assert.ok('_createdby_value' in row);
    assert.ok(!('createdby' in row));
  });

  it('lets blanks around selected names through', () => {
    assert.deepEqual(
      column(odata(store, 'sdkmessage', '$select= name , sdkmessageid&$top=1'), 'name').length,
      1,
    );
  });

  it('refuses unknown, misnamed and misplaced options', () => {
    const run = (query: string) => (): unknown => odata(store, 'contact', query);
    refuses(
      run('$select=nosuch'),
      400,
      /^Could not find a property named 'nosuch' on type 'Microsoft.Dynamics.CRM.contact'\.$/,
    );
    refuses(run('$select=ownerid'), 400, /property named 'ownerid'/);
    refuses(run('$select=statuscodename'), 400, /property named 'statuscodename'/);
    refuses(run('$select=FirstName'), 400, /property named 'FirstName'/);
    refuses(run('$select=firstname,'), 400, /not valid in a \$select/);
    refuses(run('$skip=1'), 400, /\$skip is not supported/);
    refuses(run('$search=x'), 400, /\$search is not supported/);
    refuses(run('$format=json'), 400, /\$format is not supported/);
    refuses(run('$fitler=x'), 400, /\$fitler is not supported/);
    refuses(run('$top=1&$top=2'), 400, /more than once/);
    refuses(run('$top=-1'), 400, /non-negative integer/);
    refuses(run('$top=x'), 400, /non-negative integer/);
    refuses(run('$count=maybe'), 400, /Invalid value 'maybe'/);
    refuses(run(`$select=firstname?@id=${id(1, 1)}`), 400, /property named 'firstname\?@id=/);
    refuses(run(`$expand=ownerid($select=fullname)?@id=${id(1, 1)}`), 400, /not valid/);
    refuses(
      () => queries.collection({ ...request(store, 'contact', ''), query: '$filter=%zz' }),
      400,
      /percent-encoded/,
    );
  });

  it('orders by several keys, with null first and the key of the table last', () => {
    const names = (order: string): readonly unknown[] =>
      column(odata(store, 'contact', `$orderby=${order}`), 'lastname');
    assert.deepEqual(names('lastname'), ['Doe', "O'Brien", 'Zimmer']);
    assert.deepEqual(names('lastname desc'), ['Zimmer', "O'Brien", 'Doe']);
    assert.deepEqual(names('numberofchildren'), ['Doe', 'Zimmer', "O'Brien"]);
    assert.deepEqual(names('numberofchildren desc,lastname'), ["O'Brien", 'Zimmer', 'Doe']);
    const steps = (order: string): readonly unknown[] =>
      column(odata(store, 'sdkmessageprocessingstep', `$orderby=${order}`), 'rank');
    assert.deepEqual(steps('sdkmessageid/name desc,rank desc'), [3, 2, 4, 1]);
    assert.deepEqual(steps('_sdkmessageid_value desc,rank'), [2, 3, 1, 4]);
    assert.deepEqual(steps('iscustomizable/Value,rank desc'), [3, 4, 2, 1]);
    refuses(() => names('nosuch'), 400, /property named 'nosuch'/);
    refuses(() => names('lastname up'), 400, /Syntax error/);
  });

  it('orders choices by their number, and lookups by the name of the row', () => {
    assert.deepEqual(
      column(
        odata(store, 'contact', '$orderby=_ownerid_value desc&$filter=_ownerid_value ne null'),
        'lastname',
      ),
      ['Doe', "O'Brien"],
    );
    assert.deepEqual(
      column(
        odata(store, 'contact', '$orderby=familystatuscode desc&$filter=familystatuscode ne null'),
        'lastname',
      ),
      ["O'Brien", 'Doe'],
    );
  });

  it('expands lookups and collections with their own options', () => {
    const [row] = rowsOf(
      odata(
        store,
        'serviceendpoint',
        '$select=name&$filter=contract eq 8&$orderby=name&$top=1&$expand=serviceendpoint_sdkmessageprocessingstep($select=rank;$filter=rank lt 9;$orderby=rank desc;$count=true;$expand=sdkmessageid($select=name))',
      ),
    );
    assert.ok(row);
    assert.equal(row['serviceendpoint_sdkmessageprocessingstep@odata.count'], 2);
    const steps = row['serviceendpoint_sdkmessageprocessingstep'];
    assert.ok(Array.isArray(steps));
    assert.deepEqual(steps[0], {
      '@odata.etag': `W/"${store.version('sdkmessageprocessingstep', id(20, 2)) ?? ''}"`,
      rank: 2,
      sdkmessageprocessingstepid: id(20, 2),
      sdkmessageid: { name: 'Update', sdkmessageid: id(30, 2) },
    });
    assert.equal(steps.length, 2);
  });

  it('gives null for a navigation that the reference does not match', () => {
    const [first] = rowsOf(
      odata(
        store,
        'sdkmessageprocessingstep',
        '$select=name&$orderby=rank desc&$expand=eventhandler_serviceendpoint($select=name),eventhandler_plugintype($select=name),sdkmessagefilterid($select=primaryobjecttypecode)',
      ),
    );
    assert.deepEqual(first?.['eventhandler_serviceendpoint'], {
      name: 'beta hook',
      serviceendpointid: id(10, 2),
    });
    assert.equal(first['eventhandler_plugintype'], null);
    assert.equal(first['sdkmessagefilterid'], null);
  });

  it('expands an owner of either kind', () => {
    const rows = rowsOf(odata(store, 'contact', '$select=lastname&$orderby=lastname&$expand=ownerid'));
    const owners = rows.map((row) => row['ownerid']);
    assert.equal(JSON.stringify(owners[0]).includes('"name":"Blue"'), true);
    assert.equal(JSON.stringify(owners[1]).includes('"fullname":"Ada Admin"'), true);
    assert.equal(owners[2], null);
  });

  it('refuses what cannot be expanded', () => {
    const run = (expand: string) => (): unknown =>
      odata(store, 'sdkmessageprocessingstep', `$expand=${expand}`);
    refuses(run('name'), 400, /Only navigation properties can be expanded/);
    refuses(run('nosuch'), 400, /property named 'nosuch'/);
    refuses(run('sdkmessageid($select=nosuch)'), 400, /'nosuch' on type 'Microsoft.Dynamics.CRM.sdkmessage'/);
    refuses(run('sdkmessageid($top=1)'), 400, /\$top is not allowed/);
    refuses(run('sdkmessageid($skip=1)'), 400, /not valid in a \$select or \$expand/);
    refuses(run('sdkmessageid($select=name'), 400, /Syntax error/);
    refuses(run('sdkmessageid($select=name))'), 400, /Syntax error/);
    refuses(run('sdkmessageid/$ref'), 501, /\$ref/);
    refuses(run(Array(16).fill('sdkmessageid').join(',')), 400, /limited to 15/);
    refuses(
      run('SdkMessageProcessingStep_AsyncOperations($filter=name eq @p)&@p=1'),
      400,
      /aliases are not supported inside/,
    );
    odata(store, 'sdkmessageprocessingstep', `$expand=${Array(15).fill('sdkmessageid').join(',')}`);
  });

  it('counts all rows that match, whatever the page', () => {
    const answer = odata(store, 'asyncoperation', '$count=true&$filter=statuscode eq 31&$top=1');
    assert.equal(answer.body['@odata.count'], 3);
    assert.equal(rowsOf(answer).length, 1);
    assert.equal(queries.count(request(store, 'asyncoperation', '$filter=statuscode eq 31')), 3);
  });

  it('answers nothing for $top=0 and ignores $top when a page size is given', () => {
    assert.deepEqual(rowsOf(odata(store, 'contact', '$top=0')), []);
    const answer = odata(store, 'contact', '$top=1', { pageSize: 2 });
    assert.equal(rowsOf(answer).length, 2);
    assert.ok(typeof answer.body['@odata.nextLink'] === 'string');
    assert.deepEqual(answer.preferenceApplied, ['odata.maxpagesize=2']);
    assert.equal(odata(store, 'contact', '$top=1').body['@odata.nextLink'], undefined);
  });

  it('answers one row with $select and $expand, and refuses the options of collections', () => {
    const row = store.get('sdkmessageprocessingstep', id(20, 1));
    assert.ok(row);
    const single = (query: string): unknown =>
      queries.single(request(store, 'sdkmessageprocessingstep', query), row).body;
    assert.deepEqual(single('$select=name&$expand=sdkmessageid($select=name)'), {
      '@odata.context': `${ROOT}$metadata#sdkmessageprocessingsteps(name,sdkmessageid(name))/$entity`,
      '@odata.etag': `W/"${store.version('sdkmessageprocessingstep', id(20, 1)) ?? ''}"`,
      name: 'Step 1',
      sdkmessageprocessingstepid: id(20, 1),
      sdkmessageid: { name: 'Create', sdkmessageid: id(30, 1) },
    });
    refuses(() => single('$filter=rank eq 1'), 400, /not a collection/);
  });
});
