/** Seconds of processor time, which a busy machine does not stretch. */
export const processorTime = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
