// Loaded before the server: SIGUSR2 steps its wall clock forward by an hour, the next one back, as NTP or a resumed virtual
// machine does. The monotonic clock goes on.
const HOUR = 3_600_000;
const RealDate = globalThis.Date;
let step = 0;

globalThis.Date = class SteppedDate extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + step);
    else super(...args);
  }

  static now() {
    return RealDate.now() + step;
  }
};

process.on('SIGUSR2', () => {
  step = step === 0 ? HOUR : 0;
});
