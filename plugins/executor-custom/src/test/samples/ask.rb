def handler(event:, context:)
  [context.now.result, context.random.result]
end
