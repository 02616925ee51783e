/** Everything that a controller and its endpoints need, in one import. */
export { ADMINS_ONLY, defineEndpoint, Handles, MONEY_READERS, type Endpoint, type Policy } from './endpoint';
export { IdempotentAnswers } from './idempotent-answers';
export { Input, type InputOf } from './read-input';
export { resourceEndpoints } from './resource-endpoints';
