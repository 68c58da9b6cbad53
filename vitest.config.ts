import { configDefaults, defineConfig } from 'vitest/config';

/** Tests run the sources, not the build: `@kvm/source` is the first entry of every package's `exports`. */
const conditions = ['@kvm/source'];
const shared = {
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
};

/** Long proofs that have no sample among the other tests: `npm run test:soak`. */
const soaks = process.env.KVM_SOAK ? ['{packages,apps}/*/test/**/*.soak.test.ts'] : [];

export default defineConfig({
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: ['{packages,apps}/*/src/**/*.test.ts', '.ci/*.test.ts'],
          exclude: [...configDefaults.exclude, '**/*.system.test.ts'],
          isolate: false,
          testTimeout: 60_000, // properties take long on a busy machine
        },
      },
      {
        ...shared,
        test: {
          name: 'system',
          globalSetup: 'apps/cli/test/build-bundle.ts',
          include: ['{packages,apps}/*/test/**/*.system.test.ts', '.ci/*.system.test.ts', ...soaks],
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
