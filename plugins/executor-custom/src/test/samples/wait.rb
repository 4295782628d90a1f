def handler(event:, context:)
  context.sleep(60_000).result
  "slept"
end
