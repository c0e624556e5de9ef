import assert from 'node:assert/strict';
import { ALL, column, fetchXml, id, refuses, ROOT, rowsOf, sampleStore } from './fixture';

const MORE = '@Microsoft.Dynamics.CRM.morerecords';

describe('FetchXML', () => {
  const store = sampleStore();
  const conditions = (table: string, property: string, inner: string): readonly unknown[] =>
    column(
      fetchXml(
        store,
        table,
        `<fetch><entity name="${table}"><attribute name="${property}"/><filter>${inner}</filter><order attribute="${property}"/></entity></fetch>`,
      ),
      property,
    );
  const people = (inner: string): readonly unknown[] => conditions('contact', 'lastname', inner);

  it('delivers attributes, the key, lookups by their property name, and no null columns', () => {
    const answer = fetchXml(
      store,
      'sdkmessageprocessingstep',
      `<fetch><entity name="sdkmessageprocessingstep"><attribute name="name"/><attribute name="description"/><attribute name="eventhandler"/><attribute name="rank" alias="place"/>
       <filter><condition attribute="rank" operator="eq" value="1"/></filter></entity></fetch>`,
    );
    assert.deepEqual(answer.body, {
      '@odata.context': `${ROOT}$metadata#sdkmessageprocessingsteps(name,description,_eventhandler_value,place)`,
      value: [
        {
          '@odata.etag': `W/"${store.version('sdkmessageprocessingstep', id(20, 1)) ?? ''}"`,
          name: 'Step 1',
          _eventhandler_value: id(10, 1),
          place: 1,
          sdkmessageprocessingstepid: id(20, 1),
        },
      ],
    });
  });

  it('answers the query for failed jobs of an endpoint', () => {
    const answer = fetchXml(
      store,
      'asyncoperation',
      `<fetch page="1" count="1" returntotalrecordcount="true"><entity name="asyncoperation">
        <attribute name="name"/><attribute name="statuscode"/><attribute name="owningextensionid"/>
        <filter><condition attribute="statuscode" operator="eq" value="31"/></filter>
        <link-entity name="sdkmessageprocessingstep" from="sdkmessageprocessingstepid" to="owningextensionid" link-type="inner" alias="step">
          <attribute name="name"/><attribute name="statecode"/><attribute name="eventhandler"/>
          <filter><condition attribute="eventhandler" operator="eq" value="{${id(10, 1).toUpperCase()}}"/></filter>
        </link-entity>
        <order attribute="completedon" descending="true"/><order attribute="asyncoperationid"/></entity></fetch>`,
      ALL,
    );
    const { body } = answer;
    assert.equal(body['@Microsoft.Dynamics.CRM.totalrecordcount'], 2);
    assert.equal(body['@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded'], false);
    assert.equal(body[MORE], true);
    const [row] = rowsOf(answer);
    assert.ok(row);
    assert.equal(row['name'], 'Job 3');
    assert.equal(row['statuscode@OData.Community.Display.V1.FormattedValue'], 'Failed');
    assert.equal(row['step.name'], 'Step 2');
    assert.equal(row['step.statecode'], 0);
    assert.equal(row['step.statecode@OData.Community.Display.V1.FormattedValue'], 'Enabled');
    assert.equal(row['step.eventhandler'], id(10, 1));
    assert.equal(row['step.eventhandler@Microsoft.Dynamics.CRM.lookuplogicalname'], 'serviceendpoint');
    assert.equal(
      row['_owningextensionid_value@Microsoft.Dynamics.CRM.associatednavigationproperty'],
      'owningextensionid',
    );
  });

  it('keeps rows without a partner in an outer join, and drops them in an inner one', () => {
    const query = (type: string): readonly unknown[] =>
      rowsOf(
        fetchXml(
          store,
          'sdkmessageprocessingstep',
          `<fetch><entity name="sdkmessageprocessingstep"><attribute name="rank"/><order attribute="rank"/>
           <link-entity name="sdkmessagefilter" from="sdkmessagefilterid" to="sdkmessagefilterid" link-type="${type}" alias="fltr"><attribute name="primaryobjecttypecode"/></link-entity></entity></fetch>`,
        ),
      ).map((row) => [row['rank'], row['fltr.primaryobjecttypecode']]);
    assert.deepEqual(query('outer'), [
      [1, 'contact'],
      [2, 'account'],
      [3, undefined],
      [4, undefined],
    ]);
    assert.deepEqual(query('inner'), [
      [1, 'contact'],
      [2, 'account'],
    ]);
  });

  it('joins the many side, nested links, and numbers links without an alias', () => {
    const rows = rowsOf(
      fetchXml(
        store,
        'serviceendpoint',
        `<fetch><entity name="serviceendpoint"><attribute name="name"/><order attribute="name"/>
         <link-entity name="sdkmessageprocessingstep" from="eventhandler" to="serviceendpointid"><attribute name="rank"/><order attribute="rank" descending="true"/>
           <link-entity name="sdkmessage" from="sdkmessageid" to="sdkmessageid"><attribute name="name"/><filter><condition attribute="name" operator="eq" value="update"/></filter></link-entity>
         </link-entity></entity></fetch>`,
      ),
    );
    assert.deepEqual(
      rows.map((row) => [row['name'], row['sdkmessageprocessingstep1.rank'], row['sdkmessage2.name']]),
      [
        ['Alpha hook', 2, 'Update'],
        ['beta hook', 3, 'Update'],
      ],
    );
  });

  it('combines every partner of one link with every partner of the other', () => {
    const rows = rowsOf(
      fetchXml(
        store,
        'sdkmessage',
        `<fetch><entity name="sdkmessage"><attribute name="name"/><order attribute="name"/>
         <link-entity name="sdkmessageprocessingstep" from="sdkmessageid" to="sdkmessageid" alias="a" link-type="outer"><attribute name="rank"/></link-entity>
         <link-entity name="sdkmessageprocessingstep" from="sdkmessageid" to="sdkmessageid" alias="b" link-type="outer"><attribute name="rank"/></link-entity></entity></fetch>`,
      ),
    );
    assert.deepEqual(
      rows.map((row) => [row['name'], row['a.rank'], row['b.rank']]),
      [
        ['Create', 1, 1],
        ['Create', 1, 4],
        ['Create', 4, 1],
        ['Create', 4, 4],
        ['Internal', undefined, undefined],
        ['Update', 2, 2],
        ['Update', 2, 3],
        ['Update', 3, 2],
        ['Update', 3, 3],
      ],
    );
  });

  it('asks whether there is a partner without repeating rows for each', () => {
    const names = (type: string, inner = ''): readonly unknown[] =>
      column(
        fetchXml(
          store,
          'serviceendpoint',
          `<fetch><entity name="serviceendpoint"><attribute name="name"/><order attribute="name"/>
           <link-entity name="sdkmessageprocessingstep" from="eventhandler" to="serviceendpointid" link-type="${type}">${inner}</link-entity></entity></fetch>`,
        ),
        'name',
      );
    assert.deepEqual(names('inner'), ['Alpha hook', 'Alpha hook', 'beta hook', 'beta hook']);
    assert.deepEqual(names('exists'), ['Alpha hook', 'beta hook']);
    const third = '<filter><condition attribute="rank" operator="gt" value="2"/></filter>';
    assert.deepEqual(names('in', third), ['beta hook']);
    const update = '<link-entity name="sdkmessage" from="sdkmessageid" to="sdkmessageid">';
    const condition = '<filter><condition attribute="name" operator="eq" value="Create"/></filter>';
    assert.deepEqual(names('exists', `${third}${update}${condition}</link-entity>`), ['beta hook']);
    refuses(() => names('exists', '<attribute name="rank"/>'), 400, /delivers no columns/);
  });

  it('leaves the columns of links empty below an outer link without a partner', () => {
    const rows = rowsOf(
      fetchXml(
        store,
        'serviceendpoint',
        `<fetch><entity name="serviceendpoint"><attribute name="name"/><order attribute="name"/>
         <link-entity name="sdkmessageprocessingstep" from="eventhandler" to="serviceendpointid" alias="s" link-type="outer"><attribute name="rank"/>
           <link-entity name="sdkmessagefilter" from="sdkmessagefilterid" to="sdkmessagefilterid" alias="f"><attribute name="primaryobjecttypecode"/></link-entity>
         </link-entity></entity></fetch>`,
      ),
    );
    assert.deepEqual(
      rows.map((row) => [row['name'], row['s.rank'], row['f.primaryobjecttypecode']]),
      [
        ['Alpha hook', 1, 'contact'],
        ['Alpha hook', 2, 'account'],
        ['beta hook', undefined, undefined],
        ['Queue', undefined, undefined],
      ],
    );
  });

  it('asks linked entities in the filter of the entity', () => {
    const ranks = (inner: string): readonly unknown[] =>
      column(
        fetchXml(
          store,
          'sdkmessageprocessingstep',
          `<fetch><entity name="sdkmessageprocessingstep"><attribute name="rank"/><order attribute="rank"/><filter>${inner}</filter>
           <link-entity name="sdkmessagefilter" from="sdkmessagefilterid" to="sdkmessagefilterid" link-type="outer" alias="fltr"/>
           <link-entity name="sdkmessage" from="sdkmessageid" to="sdkmessageid" alias="msg"/></entity></fetch>`,
        ),
        'rank',
      );
    assert.deepEqual(
      ranks('<condition entityname="fltr" attribute="sdkmessagefilterid" operator="null"/>'),
      [3, 4],
    );
    assert.deepEqual(
      ranks(
        '<filter type="or"><condition entityname="fltr" attribute="primaryobjecttypecode" operator="eq" value="contact"/><condition attribute="rank" operator="eq" value="3"/></filter><condition entityname="msg" attribute="name" operator="not-null"/>',
      ),
      [1, 3],
    );
    assert.deepEqual(
      ranks('<condition attribute="sdkmessageid" operator="eq" valueof="msg.sdkmessageid"/>'),
      [1, 2, 3, 4],
    );
    refuses(
      () => ranks('<condition entityname="nobody" attribute="name" operator="null"/>'),
      400,
      /no link-entity with the name or alias 'nobody'/,
    );
  });

  it('knows the operators of comparison, text and sets', () => {
    assert.deepEqual(people(`<condition attribute="lastname" operator="eq" value="o'brien"/>`), ["O'Brien"]);
    assert.deepEqual(people('<condition attribute="numberofchildren" operator="ne" value="0"/>'), [
      "O'Brien",
    ]);
    assert.deepEqual(people('<condition attribute="numberofchildren" operator="neq" value="2"/>'), [
      'Zimmer',
    ]);
    assert.deepEqual(people('<condition attribute="numberofchildren" operator="ge" value="1"/>'), [
      "O'Brien",
    ]);
    assert.deepEqual(people('<condition attribute="numberofchildren" operator="le" value="1"/>'), ['Zimmer']);
    assert.deepEqual(people('<condition attribute="numberofchildren" operator="gt" value="0"/>'), [
      "O'Brien",
    ]);
    assert.deepEqual(people('<condition attribute="numberofchildren" operator="lt" value="2"/>'), ['Zimmer']);
    assert.deepEqual(people('<condition attribute="numberofchildren" operator="null"/>'), ['Doe']);
    assert.deepEqual(people('<condition attribute="numberofchildren" operator="not-null"/>'), [
      "O'Brien",
      'Zimmer',
    ]);
    assert.deepEqual(people('<condition attribute="lastname" operator="like" value="%o%"/>'), [
      'Doe',
      "O'Brien",
    ]);
    assert.deepEqual(people('<condition attribute="lastname" operator="not-like" value="%O%"/>'), ['Zimmer']);
    assert.deepEqual(people('<condition attribute="lastname" operator="like" value="_oe"/>'), ['Doe']);
    assert.deepEqual(people('<condition attribute="lastname" operator="like" value="[x-z]%"/>'), ['Zimmer']);
    assert.deepEqual(people('<condition attribute="lastname" operator="like" value="[^x-z]%"/>'), [
      'Doe',
      "O'Brien",
    ]);
    assert.deepEqual(people('<condition attribute="lastname" operator="begins-with" value="d"/>'), ['Doe']);
    assert.deepEqual(people('<condition attribute="lastname" operator="not-begin-with" value="d"/>'), [
      "O'Brien",
      'Zimmer',
    ]);
    assert.deepEqual(people('<condition attribute="lastname" operator="ends-with" value="N"/>'), ["O'Brien"]);
    assert.deepEqual(people('<condition attribute="lastname" operator="not-end-with" value="N"/>'), [
      'Doe',
      'Zimmer',
    ]);
    assert.deepEqual(
      people(
        '<condition attribute="familystatuscode" operator="in"><value>1</value><value>2</value></condition>',
      ),
      ['Doe', "O'Brien"],
    );
    assert.deepEqual(
      people('<condition attribute="familystatuscode" operator="not-in"><value>1</value></condition>'),
      ["O'Brien"],
    );
    assert.deepEqual(
      people(
        '<condition attribute="numberofchildren" operator="between"><value>0</value><value>1</value></condition>',
      ),
      ['Zimmer'],
    );
    assert.deepEqual(
      people(
        '<condition attribute="numberofchildren" operator="not-between"><value>0</value><value>1</value></condition>',
      ),
      ["O'Brien"],
    );
    assert.deepEqual(
      conditions(
        'new_project',
        'new_name',
        '<condition attribute="new_regions" operator="contain-values"><value>1</value><value>3</value></condition>',
      ),
      ['North', 'South'],
    );
    assert.deepEqual(
      conditions(
        'new_project',
        'new_name',
        '<condition attribute="new_regions" operator="not-contain-values"><value>1</value></condition>',
      ),
      ['South'],
    );
    assert.deepEqual(people('<condition attribute="firstname" operator="ne" valueof="lastname"/>').length, 3);
  });

  it('knows the operators of dates and of the user', () => {
    assert.deepEqual(people('<condition attribute="createdon" operator="today"/>'), ["O'Brien"]);
    assert.deepEqual(people('<condition attribute="createdon" operator="yesterday"/>'), []);
    assert.deepEqual(people('<condition attribute="createdon" operator="last-seven-days"/>'), [
      'Doe',
      "O'Brien",
    ]);
    assert.deepEqual(people('<condition attribute="createdon" operator="this-month"/>'), ['Doe', "O'Brien"]);
    assert.deepEqual(people('<condition attribute="createdon" operator="this-week"/>'), ["O'Brien"]);
    assert.deepEqual(people('<condition attribute="createdon" operator="last-week"/>'), ['Doe']);
    assert.deepEqual(people('<condition attribute="createdon" operator="last-year"/>'), ['Zimmer']);
    assert.deepEqual(people('<condition attribute="createdon" operator="last-x-hours" value="2"/>'), [
      "O'Brien",
    ]);
    assert.deepEqual(people('<condition attribute="createdon" operator="last-x-weeks" value="1"/>'), [
      'Doe',
      "O'Brien",
    ]);
    assert.deepEqual(people('<condition attribute="createdon" operator="last-x-months" value="3"/>'), [
      'Doe',
      "O'Brien",
      'Zimmer',
    ]);
    assert.deepEqual(people('<condition attribute="createdon" operator="next-x-days" value="3"/>'), []);
    assert.deepEqual(people('<condition attribute="createdon" operator="olderthan-x-days" value="10"/>'), [
      'Zimmer',
    ]);
    assert.deepEqual(people('<condition attribute="createdon" operator="olderthan-x-minutes" value="45"/>'), [
      'Doe',
      'Zimmer',
    ]);
    assert.deepEqual(people('<condition attribute="createdon" operator="on" value="2025-03-01"/>'), ['Doe']);
    assert.deepEqual(people('<condition attribute="createdon" operator="on-or-after" value="2025-03-01"/>'), [
      'Doe',
      "O'Brien",
    ]);
    assert.deepEqual(
      people('<condition attribute="createdon" operator="on-or-before" value="2025-03-01"/>'),
      ['Doe', 'Zimmer'],
    );
    assert.deepEqual(people('<condition attribute="ownerid" operator="eq-userid"/>'), ["O'Brien"]);
    assert.deepEqual(people('<condition attribute="ownerid" operator="ne-userid"/>'), ['Doe']);
    assert.deepEqual(
      conditions(
        'systemuser',
        'fullname',
        '<condition attribute="businessunitid" operator="eq-businessid"/>',
      ),
      ['Ada Admin'],
    );
  });

  it('takes a time without a zone as UTC, whatever the zone of the machine', () => {
    const zone = process.env['TZ'];
    process.env['TZ'] = 'Asia/Tokyo';
    try {
      assert.deepEqual(
        people('<condition attribute="createdon" operator="eq" value="2025-03-05T11:30:00"/>'),
        ["O'Brien"],
      );
      assert.deepEqual(people('<condition attribute="createdon" operator="eq" value="2025-03-01"/>'), [
        'Doe',
      ]);
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });

  it('nests filters with and, or', () => {
    assert.deepEqual(
      people(
        '<filter type="or"><condition attribute="lastname" operator="eq" value="doe"/><filter><condition attribute="numberofchildren" operator="eq" value="0"/><condition attribute="lastname" operator="like" value="z%"/></filter></filter>',
      ),
      ['Doe', 'Zimmer'],
    );
  });

  it('orders choices by label unless told otherwise, and links after the entity', () => {
    const statuses = (attributes: string): readonly unknown[] =>
      column(
        fetchXml(
          store,
          'contact',
          `<fetch ${attributes}><entity name="contact"><attribute name="familystatuscode"/><filter><condition attribute="familystatuscode" operator="not-null"/></filter><order attribute="familystatuscode"/></entity></fetch>`,
        ),
        'familystatuscode',
      );
    assert.deepEqual(statuses(''), [2, 1]);
    assert.deepEqual(statuses('useraworderby="true"'), [1, 2]);
  });

  it('leaves repetitions out when asked for distinct rows', () => {
    const names = (distinct: string): readonly unknown[] =>
      rowsOf(
        fetchXml(
          store,
          'serviceendpoint',
          `<fetch distinct="${distinct}"><entity name="serviceendpoint"><attribute name="contract"/><link-entity name="sdkmessageprocessingstep" from="eventhandler" to="serviceendpointid"/></entity></fetch>`,
        ),
      );
    assert.equal(names('false').length, 4);
    assert.deepEqual(names('true'), [{ contract: 8 }]);
  });

  it('delivers all columns for all-attributes', () => {
    const [row] = rowsOf(
      fetchXml(
        store,
        'serviceendpoint',
        `<fetch top="1"><entity name="serviceendpoint"><all-attributes/><order attribute="name"/></entity></fetch>`,
      ),
    );
    assert.equal(row?.['url'], 'https://a.example/x?y=1');
    assert.ok(!('authvalue' in row));
    assert.ok(!('description' in row));
  });
});
