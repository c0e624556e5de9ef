import { column, fetchXml, refuses, sampleStore } from './fixture';

describe('FetchXML refusals', () => {
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

  it('refuses what is not valid, with the code of the service', () => {
    const run =
      (xml: string, table = 'contact') =>
      (): unknown =>
        fetchXml(store, table, xml);
    refuses(run('<fetch><entity name="contact">'), 400, /Invalid XML.*Line 1, position/, '0x80040303');
    refuses(
      run(
        '<fetch><entity name="contact"><condition attribute="x" operator="eq" value="<id>"/></entity></fetch>',
      ),
      400,
      /Invalid XML/,
      '0x80040303',
    );
    refuses(run(''), 400, /Invalid XML/, '0x80040303');
    refuses(
      run('<!DOCTYPE fetch [<!ENTITY a "b">]><fetch><entity name="contact" /></fetch>'),
      400,
      /DTD/,
      '0x80040303',
    );
    refuses(run('<fetsch/>'), 400, /root element/, '0x80040303');
    refuses(run('<fetch/>'), 400, /exactly one entity/, '0x80040303');
    refuses(
      run('<fetch><entity name="contact"><atribute name="x"/></entity></fetch>'),
      400,
      /Invalid Child Node.*NodeName = atribute/,
      '0x80040303',
    );
    refuses(
      run('<fetch><entity name="contact"><order attribute="lastname" desending="true"/></entity></fetch>'),
      400,
      /'desending' is not valid/,
      '0x80040303',
    );
    refuses(
      run('<fetch><entity name="contact"><attribute name="nosuch"/></entity></fetch>'),
      400,
      /'contact' entity doesn't contain attribute with Name = 'nosuch'/,
      '0x80041103',
    );
    refuses(
      run(
        '<fetch><entity name="sdkmessageprocessingstep"><attribute name="asyncautodeletename"/></entity></fetch>',
        'sdkmessageprocessingstep',
      ),
      400,
      /asyncautodeletename/,
      '0x80041103',
    );
    refuses(
      run('<fetch><entity name="account"/></fetch>'),
      400,
      /does not match the entity set 'contacts'/,
      '0x80040303',
    );
    refuses(
      run('<fetch><entity name="contact"><link-entity name="nosuch" from="a" to="b"/></entity></fetch>'),
      400,
      /'nosuch'.*not found/,
      '0x80041102',
    );
    refuses(
      run('<fetch top="3" page="1"><entity name="contact"/></fetch>'),
      400,
      /'top' cannot be combined/,
      '0x80040303',
    );
    refuses(
      run('<fetch top="3" returntotalrecordcount="true"><entity name="contact"/></fetch>'),
      400,
      /'top' cannot be combined/,
      '0x80040303',
    );
    refuses(run('<fetch count="0"><entity name="contact"/></fetch>'), 400, /'count' must be/);
    refuses(run('<fetch count="many"><entity name="contact"/></fetch>'), 400, /'count' must be/);
    refuses(
      run('<fetch page="2" paging-cookie="&lt;cookie/&gt;"><entity name="contact"/></fetch>'),
      400,
      /paging cookie/,
      '0x8004112a',
    );
    refuses(
      () => people('<condition attribute="numberofchildren" operator="eq" value="x"/>'),
      400,
      /not of type 'integer'/,
    );
    refuses(
      () => people('<condition attribute="contactid" operator="eq" value="stepid"/>'),
      400,
      /not of type 'uniqueidentifier'/,
    );
    refuses(() => people('<condition attribute="lastname" operator="eq"/>'), 400, /exactly one value/);
    refuses(() => people('<condition attribute="lastname" operator="in"/>'), 400, /at least one value/);
    refuses(
      () => people('<condition attribute="lastname" operator="almost" value="x"/>'),
      400,
      /operator 'almost' is not valid/,
    );
    refuses(
      () => people('<condition attribute="lastname" operator="today"/>'),
      400,
      /not valid for the attribute/,
    );
    refuses(
      () =>
        conditions(
          'serviceendpoint',
          'name',
          '<condition attribute="authvalue" operator="eq" value="secret"/>',
        ),
      400,
      /not valid for read/,
    );
    const link = '<link-entity name="account" from="accountid" to="parentcustomerid"/>';
    refuses(
      run(`<fetch><entity name="contact">${link.repeat(16)}</entity></fetch>`),
      400,
      /link entities/,
      '0x8004430d',
    );
    run(`<fetch><entity name="contact">${link.repeat(15)}</entity></fetch>`)();
    refuses(
      run(
        '<fetch><entity name="contact"><link-entity name="account" from="accountid" to="parentcustomerid" alias="a"/><link-entity name="account" from="accountid" to="parentcustomerid" alias="a"/></entity></fetch>',
      ),
      400,
      /alias 'a' is used more than once/,
    );
  });

  it('says so where the sandbox leaves something out', () => {
    const link = (attributes: string) => (): unknown =>
      fetchXml(
        store,
        'contact',
        `<fetch><entity name="contact"><link-entity name="account" ${attributes}/></entity></fetch>`,
      );
    const natural = 'from="accountid" to="parentcustomerid" link-type="natural"';
    refuses(link(natural), 501, /natural/);
    for (const type of ['all', 'not all']) {
      const inside = `<link-entity name="account" from="accountid" to="parentcustomerid" link-type="${type}"/>`;
      refuses(() => people(inside), 501, new RegExp(type));
    }
    refuses(() => people('<condition attribute="ownerid" operator="eq-userteams"/>'), 501, /eq-userteams/);
    refuses(() => people('<condition attribute="createdon" operator="this-fiscal-year"/>'), 501, /fiscal/);
    const any = 'name="account" from="accountid" to="parentcustomerid" link-type="any"';
    refuses(
      () => people(`<link-entity ${any}><link-entity ${any.replace('any', 'outer')}/></link-entity>`),
      501,
      /outer link/,
    );
    refuses(
      () =>
        people(
          `<link-entity ${any}><filter><condition entityname="x" attribute="name" operator="null"/></filter></link-entity>`,
        ),
      501,
      /entityname/,
    );
  });

  it('refuses links in the wrong place, and what a link inside of a filter cannot have', () => {
    const link = (type: string, inner = ''): string =>
      `<link-entity name="account" from="accountid" to="parentcustomerid" link-type="${type}">${inner}</link-entity>`;
    for (const type of ['any', 'not any', 'all', 'not all'])
      refuses(
        () => fetchXml(store, 'contact', `<fetch><entity name="contact">${link(type)}</entity></fetch>`),
        400,
        /outside of a filter/,
      );
    for (const type of ['inner', 'outer', 'exists', 'in', 'natural'])
      refuses(() => people(link(type)), 400, /inside of a filter/);
    refuses(() => people(link('any', '<attribute name="name"/>')), 400, /delivers no columns/);
    refuses(() => people(link('any', '<order attribute="name"/>')), 400, /takes no order/);
    refuses(() => people(link('any').repeat(16)), 400, /exceeded maximum limit/);
  });
});
