export { readConverseUsage } from './read-converse-usage';
