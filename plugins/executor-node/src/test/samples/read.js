exports.handler = async (event, context) => {
  const pieces = [];
  for await (const piece of context.input) {
    pieces.push(piece);
  }
  return pieces;
};
