import assert from 'node:assert/strict';
import { commandTitle } from '../../../src/presentation/texts/commandTitle';

describe('The title of a command', () => {
  const manifest = {
    contributes: {
      commands: [
        { command: 'dvw.rotate', title: 'Rotate Secret…', category: 'Dataverse WebHooks' },
        { command: 'dvw.find', title: { value: 'Rechercher…', original: 'Find…' } },
        { command: 'dvw.copy', title: 'Copy Id' },
      ],
    },
  };

  it('is the one of the palette, without the dots that announce a question', () => {
    assert.equal(commandTitle(manifest, 'dvw.rotate'), 'Rotate Secret');
    assert.equal(commandTitle(manifest, 'dvw.copy'), 'Copy Id');
  });

  it("is in the reader's language where the editor has it", () => {
    assert.equal(commandTitle(manifest, 'dvw.find'), 'Rechercher');
  });

  it('is none for what is no command, and for a manifest that says nothing', () => {
    assert.equal(commandTitle(manifest, undefined), undefined);
    assert.equal(commandTitle(manifest, 'dvw.other'), undefined);
    assert.equal(commandTitle(undefined, 'dvw.copy'), undefined);
  });
});
