// Loaded beside the extension by `npm start` only: shows our view at once, as if the user had clicked its icon.
const { commands } = require('vscode');

module.exports = { activate: () => commands.executeCommand('workbench.view.extension.dataverseWebhooks') };
