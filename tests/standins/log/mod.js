/** What `mod.d.ts` declares. */

const LEVELS = { NOTSET: 0, DEBUG: 10, INFO: 20, WARN: 30, ERROR: 40, CRITICAL: 50 };

const defaultLogger = { level: LEVELS.INFO, handlers: [] };

export class BaseHandler {
  constructor(levelName) {
    this.level = LEVELS[levelName];
  }

  handle(record) {
    if (record.level >= this.level) this.log(`${record.levelName} ${record.msg}`);
  }
}

export function setup({ handlers = {}, loggers = {} }) {
  const { level = "INFO", handlers: names = [] } = loggers.default ?? {};
  defaultLogger.level = LEVELS[level];
  defaultLogger.handlers = names.map((name) => handlers[name]);
}

export function warn(msg) {
  if (defaultLogger.level > LEVELS.WARN) return;
  const record = { msg, level: LEVELS.WARN, levelName: "WARN" };
  for (const handler of defaultLogger.handlers) handler.handle(record);
}
