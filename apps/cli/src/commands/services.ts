import type { Command } from 'commander';
import type { Session } from '../session.ts';
import { addServicesApply } from './services/apply.ts';
import { addServicesCheck } from './services/check.ts';
import { addServicesDrift } from './services/drift.ts';
import { addServicesRender } from './services/render.ts';
import { addServicesRotate } from './services/rotate.ts';
import { addServicesShow } from './services/show.ts';
import { addServicesVerify } from './services/verify.ts';

export function addServices(program: Command, session: Session): void {
  const services = program
    .command('services')
    .summary('show, render, apply and prove the shared services')
    .description(
      'What runs once and every guest uses: people and groups, logs, files, mail, names and time. Only apply changes ' +
        'machines.',
    );
  addServicesShow(services, session);
  addServicesRender(services, session);
  addServicesApply(services, session);
  addServicesDrift(services, session);
  addServicesVerify(services, session);
  addServicesCheck(services, session);
  addServicesRotate(services, session);
}
