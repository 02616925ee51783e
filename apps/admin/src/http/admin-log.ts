/** Where the control plane tells what broke. A pino logger fits as it is. */
export abstract class AdminLog {
  abstract error(fields: object, message: string): void;
}

export class SilentLog extends AdminLog {
  error(): void {
    // Nobody listens.
  }
}
