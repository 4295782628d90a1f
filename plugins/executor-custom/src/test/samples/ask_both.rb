def handler(event:, context:)
  [context.sleep(1), context.sleep(2)].each(&:result)
  "both"
end
