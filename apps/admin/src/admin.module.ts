import { type DynamicModule, Global, Module, type ModuleMetadata, type Provider } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { IdempotentAnswers } from './http/idempotent-answers';
import { ProblemFilter } from './http/problem.filter';
import { KeyStore } from './keys/key-store';
import { KeysController } from './keys/keys.controller';
import { PeopleController } from './people/people.controller';
import { PeopleStore } from './people/person-store';
import { ProjectsStore } from './projects/project-store';
import { ProjectsController } from './projects/projects.controller';
import { ServiceAccountsStore } from './service-accounts/service-account-store';
import { ServiceAccountsController } from './service-accounts/service-accounts.controller';
import { TeamsStore } from './teams/team-store';
import { TeamsController } from './teams/teams.controller';

const STORES = [TeamsStore, ProjectsStore, PeopleStore, ServiceAccountsStore, KeyStore, IdempotentAnswers];

/** The control plane. `shared` is what the process brings along: database, digest, log, route table. */
@Global()
@Module({})
export class AdminModule {
  static with(shared: Provider[], more: ModuleMetadata['imports'] = []): DynamicModule {
    return {
      module: AdminModule,
      imports: more,
      controllers: [
        TeamsController,
        ProjectsController,
        PeopleController,
        ServiceAccountsController,
        KeysController,
      ],
      providers: [...shared, ...STORES, { provide: APP_FILTER, useClass: ProblemFilter }],
      exports: shared.flatMap((provider) => ('provide' in provider ? [provider.provide] : [])),
    };
  }
}
