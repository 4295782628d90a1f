exports.handler = async (event, context) => {
  context.progress(0, 'begun');
  const held = [];
  for (;;) held.push(Buffer.alloc(1 << 20, 'x'));
};
