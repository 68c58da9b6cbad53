import { configDefaults, defineConfig } from 'vitest/config';

/** Tests run the sources, not the build: `@kvm/source` is the first entry of every package's `exports`. */
const conditions = ['@kvm/source'];
const shared = {
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
};

/** Long proofs that have no sample among the other tests: `npm run test:soak`. */
const soaks = process.env.KVM_SOAK ? ['{packages,apps}/*/test/**/*.soak.test.ts'] : [];

/**
 * Those of `system` share a kernel, and take turns. Those of `vm` have a virtual machine to themselves, and run beside them when
 * each of the two has a process of its own (`npm test`).
 */
const withRealPrograms = {
  ...shared,
  test: {
    globalSetup: 'apps/cli/test/build-bundle.ts',
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
};

export default defineConfig({
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: ['{packages,apps}/*/src/**/*.test.ts', '.ci/*.test.ts'],
          exclude: [...configDefaults.exclude, '**/*.system.test.ts', '**/*.vm.test.ts'],
          isolate: false,
          maxWorkers: '100%', // some wait; vitest leaves a processor free by itself
          testTimeout: 60_000, // properties take long on a busy machine
        },
      },
      {
        ...withRealPrograms,
        test: {
          ...withRealPrograms.test,
          name: 'system',
          include: ['{packages,apps}/*/test/**/*.system.test.ts', '.ci/*.system.test.ts', ...soaks],
        },
      },
      {
        ...withRealPrograms,
        test: { ...withRealPrograms.test, name: 'vm', include: ['{packages,apps}/*/test/**/*.vm.test.ts'] },
      },
    ],
  },
});
