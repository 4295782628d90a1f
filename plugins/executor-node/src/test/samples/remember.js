let calls = 0;

exports.handler = async () => ++calls;
