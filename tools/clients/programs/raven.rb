# The same with raven for Ruby, which came before sentry-ruby.
require 'raven'

client = ARGV[0]
Raven.configure do |config|
  config.dsn = ENV['SENTRY_DSN']
  config.release = "#{client}@1"
  config.current_environment = 'staging'
end
Raven.tags_context(client: client)
Raven.user_context(id: 'u-1', email: 'ann@example.com')
Raven.extra_context(cart: { tea: 2, password: 'hunter2' })
Raven.breadcrumbs.record do |crumb|
  crumb.category = 'cart'
  crumb.message = 'added tea'
  crumb.data = { count: 2 }
end

def check_out(order, client)
  raise ArgumentError, 'port 99999 is out of range'
rescue ArgumentError
  raise "order #{order} of #{client} failed"
end

[13, 14].each do |order|
  begin
    check_out(order, client)
  rescue RuntimeError => error
    Raven.capture_exception(error)
  end
  Raven.capture_message("stock is low for #{client}", level: 'warning') if order == 13
end
puts 'error,message,causes,person,extra,trail'
