import path from 'node:path';
import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';
import boundaries from './tools/boundaries.cjs';

/** Reports an import that the table of tools/boundaries.cjs does not allow, as the architecture test does. */
const layers = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const file = path.relative(boundaries.root, context.filename).split(path.sep).join('/');
    const check = (node) => {
      const offence = node.source && boundaries.findOffence(file, node.source.value);
      if (offence) context.report({ node: node.source, message: offence });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};

const ENVIRONMENT = {
  object: 'process',
  property: 'env',
  message: 'Only libs/config reads the environment: take the value as a parameter.',
};

export default tseslint.config(
  {
    ignores: [
      'dist/**',
      '.nx/**',
      '.cache/**',
      'coverage/**',
      '**/generated/**',
      'docs/**',
      'test/fixtures/**',
      'helm/**',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    extends: [eslint.configs.recommended],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'console',
          'URL',
          'URLSearchParams',
          'Buffer',
          'performance',
          'fetch',
          'setTimeout',
          'clearTimeout',
          'setInterval',
          'clearInterval',
          'setImmediate',
          'AbortController',
          'AbortSignal',
          'TextDecoder',
          'TextEncoder',
          'WebAssembly',
          'PRISMA_WASM_PANIC_REGISTRY',
          'require',
          'module',
          '__dirname',
          'globalThis',
          'structuredClone',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    files: ['**/*.ts'],
    extends: [eslint.configs.recommended, ...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    plugins: { turnpike: { rules: { layers } } },
    rules: {
      'turnpike/layers': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/prefer-promise-reject-errors': 'off', // causes are passed on as they came
      '@typescript-eslint/require-await': 'off', // ports are asynchronous where a store will be
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true, allowNullish: true },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      'max-params': ['error', 4],
      'no-restricted-properties': ['error', ENVIRONMENT],
      eqeqeq: 'error',
    },
  },
  // Nest reads the types of constructor parameters at run time: a type-only import would erase them.
  {
    files: ['apps/**/*.ts', '**/*.module.ts', '**/*.controller.ts'],
    rules: { '@typescript-eslint/consistent-type-imports': 'off' },
  },
  {
    files: [
      'libs/config/**/*.ts',
      'libs/testing/**/*.ts',
      'test/**/*.ts',
      '**/*.spec.ts',
      'prisma.config.ts',
    ],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['**/*.spec.ts', '**/fixtures/**/*.ts', 'test/**/*.ts', 'libs/testing/**/*.ts'],
    rules: {
      '@typescript-eslint/no-base-to-string': 'off', // readers of wire bodies turn members into text
      '@typescript-eslint/unbound-method': 'off',
      'max-params': 'off', // rows of tables
    },
  },
);
