import assert from 'node:assert/strict';
import {
  momentText,
  numberText,
  readerLocale,
  setReaderLocale,
} from '../../../src/presentation/texts/readerLocale';
import { readerTimes } from '../../../src/presentation/texts/readerTimes';
import { durationText } from '../../../src/presentation/deliveries/deliveryTexts';

const NIGHT = new Date(2026, 10, 26, 13, 5, 9);

describe('Numbers and times', () => {
  afterEach(() => setReaderLocale('en'));

  it('are written as in the language of the editor, whatever the machine is set to', () => {
    setReaderLocale('de');
    assert.equal(numberText(1234567), '1.234.567');
    assert.equal(momentText(NIGHT), '26.11.2026, 13:05:09');
    assert.equal(readerTimes('UTC').text(new Date('2026-11-26T13:05:09Z')), '26.11.2026, 13:05:09');
    assert.equal(durationText(1_500), '1,5 s');
    setReaderLocale('ja');
    assert.equal(momentText(NIGHT), '2026/11/26 13:05:09');
  });

  it('stay as this machine writes them where it has that language, or nobody knows it', () => {
    const usual = new Intl.NumberFormat().resolvedOptions().locale;
    setReaderLocale(usual.split('-')[0] ?? usual);
    assert.equal(readerLocale(), undefined);
    for (const language of ['qps-ploc', '', 'not a language']) {
      setReaderLocale('de');
      setReaderLocale(language);
      assert.equal(readerLocale(), undefined, language);
    }
    assert.equal(momentText(new Date(Number.NaN)), '');
  });
});
