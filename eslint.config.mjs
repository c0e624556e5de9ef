import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

/**
 * The layers of docs/architecture.md. A folder may import itself, `base`, and what is listed here.
 * Everything else is an error whose message says where the code belongs.
 */
const layers = {
  base: [],
  dataverse: ['base'],
  auth: ['base'],
  wizard: ['base'],
  delivery: ['base'],
  handlers: ['base'],
  protocol: [],
  webhooks: ['base', 'dataverse'],
  queries: ['base', 'dataverse'],
  jobs: ['base', 'dataverse', 'queries'],
  environments: ['base', 'dataverse', 'auth'],
  sandbox: ['base', 'delivery'],
  presentation: [
    'base',
    'dataverse',
    'auth',
    'environments',
    'webhooks',
    'jobs',
    'queries',
    'wizard',
    'protocol',
    'delivery',
    'handlers',
  ],
  webview: ['protocol'],
};
const folders = [...Object.keys(layers), 'vscode'];

/** Folders that run in plain Node but must not know which host they are in. */
const nodeFolders = ['sandbox', 'delivery', 'auth', 'vscode'];

function layerRule(folder, allowed) {
  const forbidden = folders.filter((other) => other !== folder && !allowed.includes(other));
  const patterns = forbidden.map((other) => ({
    regex: `^(\\.\\./)+${other}(/|$)`,
    message: `src/${folder} must not import src/${other}; it may import ${allowed.join(', ') || 'nothing else'} (docs/architecture.md).`,
  }));
  if (!nodeFolders.includes(folder)) {
    patterns.push({
      regex: '^node:',
      message: `src/${folder} runs without Node's API; declare a port here and put the adapter in src/vscode, src/auth, src/delivery or src/sandbox.`,
    });
  }
  patterns.push({
    regex: '^(fs|path|os|http|https|net|tls|crypto|child_process|url|util|stream|zlib|events)$',
    message: 'Write the node: prefix.',
  });
  if (folder !== 'auth') {
    patterns.push({ regex: '^@azure/msal', message: 'Only src/auth may import msal-node.' });
  }
  patterns.push({
    regex: '^vscode$',
    message: 'Only src/vscode and src/extension.ts import vscode; declare a port instead.',
  });
  return {
    files: [`src/${folder}/**/*.ts`],
    rules: { 'no-restricted-imports': ['error', { patterns }] },
  };
}

const oneDoor = (selector, message) => ({ selector, message });
const doors = [
  oneDoor(
    "CallExpression[callee.property.name='registerCommand']",
    'Commands are registered only in src/vscode/commands/registry.ts.',
  ),
  oneDoor(
    'CallExpression[callee.property.name=/^show(Error|Warning|Information)Message$/]',
    'Messages to the user go through src/vscode/report.ts.',
  ),
  oneDoor(
    "CallExpression[callee.property.name='executeCommand'][arguments.0.value='setContext']",
    'Context keys are set only in src/vscode/contextKeys.ts.',
  ),
  oneDoor(
    "CallExpression[callee.property.name='createOutputChannel']",
    'The log channel is made only in src/vscode/log.ts.',
  ),
  oneDoor(
    "MemberExpression[property.name='retainContextWhenHidden']",
    'Panels restore their state; they are not retained.',
  ),
  oneDoor(
    "Property[key.name='retainContextWhenHidden']",
    'Panels restore their state; they are not retained.',
  ),
  oneDoor("CallExpression[callee.name='fetch']", 'HTTP goes through the Transport port.'),
  oneDoor(
    'CallExpression[callee.property.name=/^toLocale(Date|Time)?String$/][arguments.length=0]',
    'Numbers and times are written in the language of the reader: readerLocale.ts, or numberText of the webview.',
  ),
  oneDoor('ExportDefaultDeclaration', 'Named exports only.'),
];

export default tseslint.config(
  { ignores: ['dist/**', 'out/**', 'coverage/**', '.vscode-test/**', 'node_modules/**'] },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['tsconfig.json', 'src/webview/tsconfig.json', 'test/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'as' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/array-type': ['error', { default: 'array-simple' }],
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true } }],
      '@typescript-eslint/unified-signatures': 'off',
      eqeqeq: ['error', 'always'],
      'no-console': 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: ['src/**/*.ts'], rules: { 'no-restricted-syntax': ['error', ...doors] } },
  ...Object.entries(layers).map(([folder, allowed]) => layerRule(folder, allowed)),
  {
    files: ['src/vscode/**/*.ts', 'src/extension.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(\\.\\.?/)+(sandbox|webview)/',
              message:
                'The sandbox is started as a process and the webview runs in the browser; neither is imported.',
            },
            { regex: '^@azure/msal', message: 'Only src/auth may import msal-node.' },
          ],
        },
      ],
    },
  },
  {
    files: [
      'src/vscode/commands/registry.ts',
      'src/vscode/report.ts',
      'src/vscode/contextKeys.ts',
      'src/vscode/log.ts',
    ],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['test/**/*.ts', 'scripts/**/*.ts'],
    rules: {
      'no-console': 'off',
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
  {
    // Tables of data: facts, one line each. Splitting them would only hide them.
    files: ['src/**/*.data.ts', 'src/sandbox/schema/**/*.ts'],
    rules: { 'max-lines': 'off', 'max-lines-per-function': 'off' },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        require: 'readonly',
        module: 'writable',
        __dirname: 'readonly',
      },
    },
  },
);
