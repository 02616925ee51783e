import type { Principal } from '../domain/principal';
import { describeKeyStore } from './key-store.contract';
import { MemoryKeyStore } from './memory-key-store';
import { MemoryProjectStore } from './memory-project-store';

describeKeyStore('memory', () => {
  const [keys, projects] = [new MemoryKeyStore(), new MemoryProjectStore()];
  const put = (digest: Buffer, principal: Principal): Promise<void> => {
    keys.put(digest, principal);
    for (const project of principal.projects) projects.put(project);
    if (principal.defaultProject) projects.put(principal.defaultProject);
    return Promise.resolve();
  };
  return Promise.resolve({ keys, projects, put });
});
