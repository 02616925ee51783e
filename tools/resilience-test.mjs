/**
 * `npm run test:resilience [-- jest arguments]`: the fleet tests with outages and loads of minutes instead of seconds, one
 * suite at a time, and their figures as tables.
 */
process.env.RESILIENCE ??= 'long';
process.argv.splice(2, 0, 'timed');
await import('./test.mjs');
