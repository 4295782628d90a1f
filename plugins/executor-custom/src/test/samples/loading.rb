puts "loading"

def handler(event:, context:)
  event
end
