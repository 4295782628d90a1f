$calls = 0

def handler(event:, context:)
  $calls += 1
end
